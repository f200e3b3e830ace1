/* The page on which a story is written: Ctrl+S, a warning before words are left behind, jumps that land. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("article_form");
    if (!form) {
      return;
    }
    var sending = false;
    var asTyped = "";

    function body() {
      return window.CKEDITOR && CKEDITOR.instances.id_body;
    }

    function typed() {
      var editor = body();
      var fields = new FormData(form);
      fields.delete("body");
      return JSON.stringify(Array.from(fields.entries()).map(function (pair) {
        return typeof pair[1] === "string" ? pair : [pair[0], pair[1].name];
      })) + (editor && editor.status === "ready" ? editor.checkDirty() : "");
    }

    function begin() {
      asTyped = typed();
    }

    /* The editor changes what it was given as it starts; only what happens after that is somebody's. */
    if (window.CKEDITOR) {
      CKEDITOR.on("instanceReady", function (event) {
        event.editor.resetDirty();
        setTimeout(begin, 300);
        event.editor.addCommand("save-story", { exec: save, canUndo: false });
        event.editor.setKeystroke(CKEDITOR.CTRL + 83, "save-story");
      });
    }
    setTimeout(begin, 300);

    function save() {
      var button = form.querySelector("[name=_continue]");
      if (button) {
        button.click();
      }
    }

    document.addEventListener("keydown", function (event) {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
        event.preventDefault();
        save();
      }
    });
    form.addEventListener("submit", function () {
      sending = true;
    });
    window.addEventListener("beforeunload", function (event) {
      /* A form that came back with errors holds words that are stored nowhere. */
      var unsaved = document.querySelector(".errornote") !== null;
      if (!sending && asTyped && (unsaved || typed() !== asTyped)) {
        event.preventDefault();
      }
    });

    /* What is missing leads to its field, also where a script has put something else in the field's place. */
    document.addEventListener("click", function (event) {
      var link = event.target.closest('a[href^="#id_"]');
      if (!link) {
        return;
      }
      var id = link.getAttribute("href").slice(1);
      var editor = id === "id_body" && body();
      var target = editor ? editor.container.$ : document.getElementById(id + "_choose") || document.getElementById(id);
      if (!target) {
        return;
      }
      event.preventDefault();
      target.scrollIntoView({ block: "center" });
      if (editor) {
        editor.focus();
      } else if (id === "id_bylines") {
        (target.querySelector(".add-row a") || target).focus();
      } else {
        target.focus();
      }
    });

    /* A page that came back says where: a link to each field that could not be stored as it is. */
    var note = document.querySelector(".errornote");
    if (note) {
      var wrong = document.createElement("ul");
      form.querySelectorAll("[aria-invalid=true][id]").forEach(function (field) {
        var label = form.querySelector('label[for="' + field.id + '"]');
        var link = document.createElement("a");
        var item = document.createElement("li");
        link.href = "#" + field.id;
        link.textContent = field.getAttribute("aria-label") || (label ? label.textContent.replace(/:$/, "") : field.name);
        item.append(link);
        wrong.append(item);
      });
      note.append(wrong);
    }

    /* In place of an own caption or alt text the photo desk's words stand, shown as what they are. */
    document.addEventListener("photo:shown", function (event) {
      if (event.detail.field !== "lead_photo") {
        return;
      }
      var photo = event.detail.photo;
      document.getElementById("id_lead_caption").placeholder = photo ? photo.caption : "";
      document.getElementById("id_lead_alt").placeholder = photo ? photo.alt : "";
    });

    /* Where the browser does not let a field grow with its words, this does. */
    if (!CSS.supports("field-sizing", "content")) {
      form.querySelectorAll(".story-headline, .story-deck").forEach(function (field) {
        function grow() {
          field.style.height = "auto";
          field.style.height = field.scrollHeight + 2 + "px";
        }
        field.addEventListener("input", grow);
        grow();
      });
    }

    /* A headline is one line, however long: Enter goes on to the deck. */
    var headline = document.getElementById("id_headline");
    headline.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
        document.getElementById("id_deck").focus();
      }
    });
  });
})();
