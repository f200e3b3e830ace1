/* Several photos at once: dropped or chosen, each sent by itself with its own progress. Without script the form does it. */
(function () {
  "use strict";

  var SILENCE = "The photo desk did not answer. Press “Add them” to send the file again.";
  var SIGNED_OUT = "You are signed out. Sign in again in another tab, then press “Add them”.";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("form.add-many");
    var input = form.querySelector("input[type=file]");
    var button = form.querySelector("input[type=submit]");
    var list = form.querySelector(".upload-list");
    var status = form.querySelector(".upload-status");
    var waiting = [];

    form.querySelector(".drop-zone__hint").hidden = false;

    function make(tag, name, text) {
      var element = document.createElement(tag);
      element.className = name;
      element.textContent = text || "";
      return element;
    }

    function wait(files) {
      Array.prototype.forEach.call(files, function (file) {
        var line = make("li", "");
        var frame = make("span", "upload-list__picture");
        var picture = document.createElement("img");
        var words = make("span", "", "Not sent yet");
        picture.alt = "";
        picture.src = URL.createObjectURL(file);
        picture.addEventListener("error", function () {
          picture.remove();
        });
        frame.append(picture);
        line.append(frame, make("span", "upload-list__name", file.name), words);
        list.append(line);
        waiting.push({ file: file, line: line, words: words });
      });
      if (files.length) {
        status.textContent = waiting.length + (waiting.length === 1 ? " photo is" : " photos are") + " ready to be sent.";
      }
      input.value = "";
    }

    /* What is said in the line of a file takes the place of what was said before. */
    function say(each, element) {
      each.words.replaceWith(element);
      each.words = element;
    }

    function added(each, photo, words) {
      var link = make("a", "", words + " (opens in a new tab)");
      link.href = form.dataset.photos + photo.id + "/change/";
      link.target = "_blank";
      link.rel = "noopener";
      say(each, link);
    }

    /* One of "added", "known", "refused", or "again" for a file that never reached the photo desk. */
    function outcome(each, request) {
      var taken;
      try {
        taken = JSON.parse(request.responseText);
      } catch (error) {
        var elsewhere = request.responseURL && request.responseURL.indexOf(form.dataset.upload) === -1;
        say(each, make("span", "upload-list__refused", elsewhere ? SIGNED_OUT : SILENCE));
        return "again";
      }
      if (taken.photos.length) {
        added(each, taken.photos[0], "Added. Give it its words");
        return "added";
      }
      if (taken.known.length) {
        added(each, taken.known[0], "This very picture is here already: look at it");
        return "known";
      }
      say(each, make("span", "upload-list__refused", taken.refused.join(" ")));
      return "refused";
    }

    function send(each, words) {
      var progress = make("progress", "");
      progress.max = 1;
      progress.value = 0;
      progress.setAttribute("aria-label", "Sending " + each.file.name);
      say(each, progress);
      var data = new FormData();
      words.forEach(function (pair) {
        data.append(pair[0], pair[1]);
      });
      data.append("pictures", each.file);
      var request = new XMLHttpRequest();
      request.open("POST", form.dataset.upload);
      request.upload.addEventListener("progress", function (event) {
        progress.value = event.lengthComputable ? event.loaded / event.total : 0;
      });
      return new Promise(function (resolve) {
        request.addEventListener("loadend", function () {
          resolve(outcome(each, request));
        });
        request.send(data);
      });
    }

    function sendAll() {
      var count = { added: 0, known: 0, refused: 0, again: 0 };
      var queue = waiting;
      var words = Array.from(new FormData(form).entries()).filter(function (pair) {
        return pair[0] !== "pictures";
      });
      waiting = [];
      button.disabled = true;
      status.textContent = "Sending…";
      function next() {
        var each = queue.shift();
        return each
          ? send(each, words).then(function (result) {
              count[result] += 1;
              if (result === "again") {
                waiting.push(each);
              }
              return next();
            })
          : Promise.resolve();
      }
      /* Three at a time: quick, and the others can still be seen waiting. */
      Promise.all([next(), next(), next()]).then(function () {
        button.disabled = false;
        status.textContent = [
          count.added + " added",
          count.known ? count.known + " here already" : "",
          count.refused ? count.refused + " not taken" : "",
          count.again ? count.again + " to be sent again" : "",
        ].filter(Boolean).join(", ") + ".";
      });
    }

    form.addEventListener("submit", function (event) {
      if (waiting.length) {
        event.preventDefault();
        sendAll();
      }
    });
    input.addEventListener("change", function () {
      wait(input.files);
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
      wait(event.dataTransfer.files);
    });
    window.addEventListener("beforeunload", function (event) {
      if (button.disabled) {
        event.preventDefault();
      }
    });
  });
})();
