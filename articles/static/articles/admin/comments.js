/* Comments beside a story: said without leaving the page, tied to the passage that was selected, naming colleagues. */
(function () {
  "use strict";

  function editor() {
    var found = window.CKEDITOR && CKEDITOR.instances.id_body;
    return found && found.status === "ready" ? found : null;
  }

  /* Shows a passage of the text where it stands now, and selects it. */
  function show(passage) {
    var writing = editor();
    if (!writing) {
      return;
    }
    writing.focus();
    var view = writing.window.$;
    view.getSelection().removeAllRanges();
    if (view.find(passage, false, false, true)) {
      var place = view.getSelection().anchorNode;
      (place.nodeType === 3 ? place.parentNode : place).scrollIntoView({ block: "center" });
      writing.container.$.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("click", function (event) {
    var jump = event.target.closest("[data-passage]");
    if (jump && editor()) {
      event.preventDefault();
      show(jump.dataset.passage);
    }
  });

  /* What is selected when one turns to the comment is what the comment is about. */
  function quoteSelection(place) {
    var writing = editor();
    var selected = writing && writing.getSelection() ? writing.getSelection().getSelectedText().trim() : "";
    if (selected && !place.querySelector("[name=quote]").value) {
      setQuote(place, selected.replace(/\s+/g, " ").slice(0, 600));
    }
  }

  function setQuote(place, words) {
    var line = place.querySelector("#quoted");
    place.querySelector("[name=quote]").value = words;
    line.hidden = !words;
    line.querySelector("q").textContent = words;
  }

  function begin(place) {
    var words = place.querySelector("#id_comment");
    words.addEventListener("focus", function () {
      quoteSelection(place);
    });
    place.querySelector("#quoted button").addEventListener("click", function () {
      setQuote(place, "");
      words.focus();
    });
    place.querySelectorAll("form.say").forEach(function (form) {
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        send(form, event.submitter);
      });
    });
    place.querySelectorAll("textarea").forEach(function (field) {
      offerNames(field, place.dataset.people.split("|").filter(Boolean));
    });
  }

  function send(form, button) {
    var sent = new FormData(form);
    if (button && button.name) {
      sent.append(button.name, button.value);
    }
    var token = document.querySelector("#article_form [name=csrfmiddlewaretoken]");
    if (token) {
      sent.set("csrfmiddlewaretoken", token.value);
    }
    fetch(form.action, { method: "POST", body: sent, headers: { "X-Requested-With": "fetch" } }).then(function (answer) {
      if (!answer.ok || answer.redirected) {
        throw new Error("not said");
      }
      return answer.text();
    }).then(function (text) {
      var old = document.getElementById("comments");
      old.insertAdjacentHTML("afterend", text);
      var fresh = old.nextElementSibling;
      old.remove();
      begin(fresh);
      fresh.focus();
    }).catch(function () {
      var line = form.querySelector(".not-said") || form.appendChild(document.createElement("p"));
      line.className = "not-said errornote";
      line.setAttribute("role", "alert");
      line.textContent = "The server did not take it. Your words are still here; try again.";
    });
  }

  /* After an @, the colleagues who may open the story are offered. */
  function offerNames(field, people) {
    var list = null;

    function close() {
      if (list) {
        list.remove();
        list = null;
      }
    }

    function choose(name) {
      var before = field.value.slice(0, field.selectionStart).replace(/@[^@\n]*$/, "@" + name + " ");
      field.value = before + field.value.slice(field.selectionStart);
      field.selectionStart = field.selectionEnd = before.length;
      close();
      field.focus();
    }

    field.addEventListener("input", function () {
      close();
      var typed = /(?:^|\s)@([^@\n]{0,40})$/.exec(field.value.slice(0, field.selectionStart));
      var found = typed ? people.filter(function (name) {
        return name.toLowerCase().indexOf(typed[1].toLowerCase()) === 0 && name.toLowerCase() !== typed[1].toLowerCase();
      }).slice(0, 8) : [];
      if (!found.length) {
        return;
      }
      list = document.createElement("ul");
      list.className = "name-offers";
      found.forEach(function (name) {
        var item = document.createElement("li");
        var button = document.createElement("button");
        button.type = "button";
        button.textContent = name;
        button.addEventListener("click", function () {
          choose(name);
        });
        item.append(button);
        list.append(item);
      });
      field.insertAdjacentElement("afterend", list);
    });
    field.addEventListener("keydown", function (event) {
      if (!list) {
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        list.querySelector("button").focus();
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.getElementById("comments");
    if (place) {
      begin(place);
    }
  });
})();
