/* The page on which several photos are added. Without script its form does it. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("form.add-many");
    var input = form.querySelector("input[type=file]");
    var button = form.querySelector("input[type=submit]");
    var status = form.querySelector(".upload-status");
    var isSending = false;
    var coming = window.photoArrivals(tell);

    form.querySelector(".upload-list").replaceWith(coming.element);
    form.querySelector(".drop-zone__hint").hidden = false;

    function told(count, one, many) {
      return count ? count + (count === 1 ? one : many) : "";
    }

    function tell() {
      var ready = coming.count(["looking", "ready", "sending"]);
      status.textContent = [
        told(coming.count(["added"]), " added", " added"),
        told(ready, isSending ? " on its way" : " to be sent", isSending ? " on their way" : " to be sent"),
        told(coming.count(["twin", "known"]), " here already", " here already"),
        told(coming.count(["refused"]), " not taken", " not taken"),
      ].filter(Boolean).join(", ");
      form.classList.toggle("has-arrivals", coming.count() > 0);
    }

    function common() {
      var words = {};
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") {
          words[name] = value.trim();
        }
      });
      return words;
    }

    form.addEventListener("submit", function (event) {
      if (!coming.count()) {
        return;
      }
      event.preventDefault();
      isSending = button.disabled = true;
      tell();
      coming.send(common()).finally(function () {
        isSending = button.disabled = false;
        tell();
      });
    });
    input.addEventListener("change", function () {
      coming.add(input.files);
      input.value = "";
    });
    /* Dropped beside the form, a picture would otherwise replace the page and the words typed on it. */
    document.addEventListener("dragover", function (event) {
      event.preventDefault();
      form.classList.add("is-over");
    });
    document.addEventListener("dragleave", function (event) {
      if (!event.relatedTarget) {
        form.classList.remove("is-over");
      }
    });
    document.addEventListener("drop", function (event) {
      event.preventDefault();
      form.classList.remove("is-over");
      coming.add(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", function (event) {
      if (isSending || coming.count(["looking", "ready", "twin"])) {
        event.preventDefault();
      }
    });
  });
})();
