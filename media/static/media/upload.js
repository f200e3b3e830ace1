/* Several photos at once: dropped or chosen, each sent by itself with its own progress. Without script the form does it. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("form.add-many");
    var input = form.querySelector("input[type=file]");
    var list = form.querySelector(".upload-list");

    function send(file) {
      var line = document.createElement("li");
      var name = document.createElement("span");
      var progress = document.createElement("progress");
      var words = document.createElement("span");
      name.textContent = file.name;
      progress.max = 1;
      progress.value = 0;
      progress.setAttribute("aria-label", "Sending " + file.name);
      words.className = "words";
      line.append(name, progress);
      list.append(line);

      var data = new FormData(form);
      data.delete("pictures");
      data.append("pictures", file);
      var request = new XMLHttpRequest();
      request.open("POST", form.dataset.upload);
      request.setRequestHeader("X-CSRFToken", data.get("csrfmiddlewaretoken"));
      request.upload.addEventListener("progress", function (event) {
        progress.value = event.lengthComputable ? event.loaded / event.total : 0;
      });
      return new Promise(function (resolve) {
        request.addEventListener("loadend", function () {
          var taken = { photos: [], known: [], refused: ["The photo desk did not answer. Send the file again."] };
          try {
            taken = JSON.parse(request.responseText);
          } catch (error) {
            /* Not an answer of the photo desk: the words above stand. */
          }
          progress.remove();
          var photo = taken.photos[0] || taken.known[0];
          if (photo) {
            var link = document.createElement("a");
            link.href = form.dataset.photos + photo.id + "/change/";
            link.textContent = taken.photos[0] ? "Added: give it its words" : "Here already";
            line.append(link);
          } else {
            words.textContent = taken.refused.join(" ");
            line.append(words);
          }
          resolve();
        });
        request.send(data);
      });
    }

    function sendAll(files) {
      /* Three at a time: quick, and the others can still be seen waiting. */
      var waiting = Array.prototype.slice.call(files);
      function next() {
        return waiting.length ? send(waiting.shift()).then(next) : Promise.resolve();
      }
      return Promise.all([next(), next(), next()]);
    }

    form.addEventListener("submit", function (event) {
      if (input.files.length) {
        event.preventDefault();
        sendAll(input.files).then(function () {
          input.value = "";
        });
      }
    });
    form.addEventListener("dragover", function (event) {
      event.preventDefault();
      form.classList.add("is-over");
    });
    form.addEventListener("dragleave", function () {
      form.classList.remove("is-over");
    });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      form.classList.remove("is-over");
      sendAll(event.dataTransfer.files);
    });
  });
})();
