/* Pictures on their way in: each is looked at as soon as it is chosen, shows the words that it brings and where in the
 * file they stand, lets them be changed, and is sent by itself with its own progress.
 *
 * window.photoArrivals(changed) makes a list of them; `changed` is called whenever something about it is other than
 * before. window.photoLook asks the photo desk what a file says of itself.
 */
(function () {
  "use strict";

  var DESK = "/admin/media/photo/";
  var SILENCE = "The photo desk did not answer. Send it again.";
  var SIGNED_OUT = "You are signed out. Sign in again in another tab, then send it again.";
  var BUSY = "The photo desk is busy with other pictures; this one is sent again in a moment.";
  var AT_ONCE = 3;
  var TRIES = 15;
  var PAUSE = 2000;
  var made = 0;

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name === "text") {
        element.textContent = attributes.text;
      } else if (name.slice(0, 2) === "on") {
        element.addEventListener(name.slice(2), attributes[name]);
      } else {
        element.setAttribute(name, attributes[name]);
      }
    });
    element.append.apply(element, children || []);
    return element;
  }

  function token() {
    return document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /* Does jobs in the order in which they come, no more than so many at once. */
  function turns(most) {
    var waiting = [];
    var busy = 0;
    function next() {
      if (busy < most && waiting.length) {
        busy += 1;
        waiting.shift()().finally(function () {
          busy -= 1;
          next();
        });
      }
    }
    return function (job) {
      return new Promise(function (resolve, reject) {
        waiting.push(function () {
          return job().then(resolve, reject);
        });
        next();
      });
    };
  }

  /* To be looked at and to be sent is the same work for the photo desk, which does little of it at once. */
  var inTurn = turns(AT_ONCE);

  /* Asks again after a while, where the photo desk is busy with the pictures of others. */
  function patiently(ask, wait, triesLeft) {
    return ask().then(function (answer) {
      if (answer.status !== 503 || !triesLeft) {
        return answer;
      }
      wait();
      return new Promise(function (resolve) {
        setTimeout(resolve, PAUSE);
      }).then(function () {
        return patiently(ask, wait, triesLeft - 1);
      });
    });
  }

  /* What a file says of itself (see `look` in media/admin/choosing.py); rejected where nobody answers. */
  function look(file) {
    var data = new FormData();
    data.append("picture", file);
    function ask() {
      var ways = { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": token() } };
      return fetch(DESK + "look/", ways);
    }
    return inTurn(function () {
      return patiently(ask, function () {}, TRIES).then(function (answer) {
        return answer.ok && !answer.redirected ? answer.json() : Promise.reject(new Error(SILENCE));
      });
    });
  }

  /* Put the words of a file into a field that is empty still, and say where they come from; whether it was done. */
  function put(field, found) {
    if (!found || field.value.trim()) {
      return false;
    }
    var line = make("p", { class: "from-file", text: "From the file, " + found.origin });
    field.value = found.value;
    field.dataset.brought = "";
    (field.closest(".datetime") || field).after(line);
    field.addEventListener("input", function () {
      line.remove();
      delete field.dataset.brought;
    }, { once: true });
    return true;
  }

  /* Empty a field of what a file put there and nobody has touched: it says nothing of another file. */
  function takeBack(field) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
  }

  /* Everything that a file says, for whoever wants to read it. */
  function table(lines) {
    var list = make("dl");
    lines.forEach(function (line) {
      list.append(make("dt", { text: line.called + " (" + line.origin + ")" }), make("dd", { dir: "auto", text: line.text }));
    });
    return make("details", {}, [make("summary", { text: "Everything that the file says" }), list]);
  }

  function pageOf(photo, words) {
    var link = make("a", { href: DESK + photo.id + "/change/", target: "_blank", rel: "noopener", text: words });
    link.append(make("span", { class: "visually-hidden", text: " (opens in a new tab)" }));
    return link;
  }

  /* One picture in the list. `state` is looking, ready, twin (it is here already), refused, sending, added or known. */
  function arrival(file, leave, changed) {
    var id = "arrival-" + (made += 1) + "-";
    var self = { file: file, state: "looking", photo: null, keepsBoth: false };
    var image = make("img", { alt: "", src: URL.createObjectURL(file) });
    var frame = make("span", { class: "arrival__picture" }, [image]);
    var said = make("p", { class: "arrival__said", role: "status", text: "Looking at it…" });
    var more = make("div", { class: "arrival__more" });
    var out = make("button", { type: "button", class: "button arrival__out", text: "Leave out", "aria-label": "Leave out " + file.name });
    var fields = {
      caption: make("textarea", { id: id + "caption", rows: "2", dir: "auto" }),
      credit: make("input", { id: id + "credit", type: "text", maxlength: "200", dir: "auto" }),
      alt: make("textarea", { id: id + "alt", rows: "2", dir: "auto", "aria-describedby": id + "alt-help" }),
    };
    var decorative = make("input", { id: id + "decorative", type: "checkbox" });
    var words = make("div", { class: "arrival__words" }, [
      make("label", { for: fields.caption.id, text: "Caption" }), make("div", {}, [fields.caption]),
      make("label", { for: fields.credit.id, text: "Credit" }), make("div", {}, [fields.credit]),
      make("label", { for: fields.alt.id, text: "Alt text" }),
      make("div", {}, [fields.alt, make("p", { class: "help", id: id + "alt-help", text: "What somebody who cannot see it needs to know." })]),
      make("label", { class: "arrival__tick" }, [decorative, "Decorative: adds nothing to the words around it"]),
    ]);
    self.element = make("li", { class: "arrival" }, [
      frame, make("p", { class: "arrival__head" }, [make("strong", { class: "arrival__name", text: file.name }), out]), said, more, words,
    ]);

    function stand(state, text, children) {
      self.state = state;
      self.element.dataset.state = state;
      said.textContent = text;
      more.replaceChildren.apply(more, children || []);
      words.hidden = state === "refused" || state === "added" || state === "known";
      out.hidden = state === "sending" || state === "added" || state === "known";
      changed();
    }

    function settle(state, photo, text) {
      self.photo = photo;
      stand(state, text, [pageOf(photo, "Open it at the photo desk")]);
    }

    function askWhich(photo) {
      var same = make("div", { class: "arrival__same" }, [
        photo.thumb ? make("img", { src: photo.thumb, alt: "" }) : make("span"),
        make("p", { dir: "auto", text: (photo.caption || "No caption") + " " + (photo.credit || "No credit") }),
      ]);
      var use = make("button", { type: "button", class: "button", text: "Use that one" });
      var keep = make("button", { type: "button", class: "button", text: "Keep both" });
      use.addEventListener("click", function () {
        settle("known", photo, "The one that is here is used.");
      });
      keep.addEventListener("click", function () {
        self.keepsBoth = true;
        stand("ready", "It becomes a photo of its own.");
        fields.caption.focus();
      });
      self.twin = photo;
      stand("twin", "This very picture is here already:", [same, make("div", { class: "arrival__ways" }, [use, keep])]);
    }

    self.looked = look(file).then(
      function (found) {
        if (found.refused) {
          stand("refused", found.refused);
          return;
        }
        var filled = ["caption", "credit", "alt"].filter(function (name) {
          return !(name === "alt" && decorative.checked) && put(fields[name], found.words[name]);
        }).length;
        self.wasShown = true;
        if (found.twin) {
          askWhich(found.twin);
        } else {
          stand("ready", filled ? "The file brought " + (filled === 1 ? "one of these." : "these words.") : "", found.said.length ? [table(found.said)] : []);
        }
      },
      function () {
        /* The words of the file are read when it is sent, too. */
        stand("ready", "");
      }
    );

    /* The words of this picture, and for what is left open those that are the same for all. */
    self.said = function (common) {
      var own = { caption: fields.caption.value.trim(), credit: fields.credit.value.trim(), alt: fields.alt.value.trim() };
      var isDecorative = decorative.checked || (!own.alt && Boolean(common.decorative));
      return {
        caption: own.caption || common.caption || "",
        credit: own.credit || common.credit || "",
        alt: isDecorative ? "" : own.alt || common.alt || "",
        decorative: isDecorative ? "on" : "",
        keep_both: self.keepsBoth || common.keep_both ? "on" : "",
        words_shown: self.wasShown ? "on" : "",
      };
    };

    /* It can be sent once more, with what is written beside it. */
    function again(why) {
      stand("ready", why);
      self.element.dataset.state = "again";
    }

    function outcome(request) {
      var taken;
      try {
        taken = JSON.parse(request.responseText);
      } catch (error) {
        var elsewhere = request.responseURL && request.responseURL.indexOf(DESK + "upload/") === -1;
        again(elsewhere ? SIGNED_OUT : SILENCE);
        return;
      }
      if (taken.photos.length) {
        settle("added", taken.photos[0], "Added.");
      } else if (taken.known.length) {
        askWhich(taken.known[0]);
      } else if (request.status === 503) {
        again(taken.refused.join(" "));
      } else {
        stand("refused", taken.refused.join(" "));
      }
    }

    function send(common) {
      var progress = make("progress", { max: "1", value: "0", "aria-label": "Sending " + file.name });
      stand("sending", "Sending…", [progress]);
      var data = new FormData();
      var sent = self.said(common);
      Object.keys(sent).forEach(function (name) {
        if (sent[name]) {
          data.append(name, sent[name]);
        }
      });
      data.append("pictures", file);
      function ask() {
        var request = new XMLHttpRequest();
        request.open("POST", DESK + "upload/");
        request.setRequestHeader("X-CSRFToken", token());
        request.upload.addEventListener("progress", function (event) {
          progress.value = event.lengthComputable ? event.loaded / event.total : 0;
        });
        return new Promise(function (resolve) {
          request.addEventListener("loadend", function () {
            resolve(request);
          });
          request.send(data);
        });
      }
      function wait() {
        stand("sending", BUSY, [progress]);
      }
      return patiently(ask, wait, TRIES).then(outcome);
    }

    /* Sends it, if it is one to be sent; done when that has come to its end. */
    self.send = function (common) {
      return self.looked.then(function () {
        if (self.state === "twin" && common.keep_both) {
          self.keepsBoth = true;
          stand("ready", "");
        }
        return self.state === "ready" ? inTurn(send.bind(null, common)) : null;
      });
    };

    /* Take over what was typed for another file that this one stands in the place of. */
    self.takeOver = function (other) {
      Object.keys(fields).forEach(function (name) {
        var theirs = other.fields[name];
        fields[name].value = "brought" in theirs.dataset ? "" : theirs.value;
      });
      decorative.checked = other.decorative.checked;
    };
    self.fields = fields;
    self.decorative = decorative;

    /* What the browser cannot draw, a TIFF say, may be a good picture all the same. */
    image.addEventListener("error", function () {
      image.remove();
    });
    out.addEventListener("click", function () {
      leave(self);
    });
    self.element.dataset.state = self.state;
    return self;
  }

  function photoArrivals(changed) {
    var lines = [];
    var list = make("ul", { class: "arrivals" });

    function told() {
      changed();
    }

    function leave(line) {
      var next = lines[lines.indexOf(line) + 1] || lines[lines.indexOf(line) - 1];
      lines = lines.filter(function (each) { return each !== line; });
      line.element.remove();
      told();
      if (next) {
        next.fields.caption.focus();
      }
    }

    function join(file) {
      var line = arrival(file, leave, told);
      lines.push(line);
      list.append(line.element);
      return line;
    }

    return {
      element: list,
      add: function (files) {
        Array.prototype.forEach.call(files, join);
        told();
      },
      /* A single file in the place of the one before, which leaves its words to it. */
      put: function (file) {
        var before = lines.pop();
        list.replaceChildren();
        lines = [];
        var line = join(file);
        if (before) {
          line.takeOver(before);
        }
        told();
      },
      clear: function () {
        lines = [];
        list.replaceChildren();
        told();
      },
      count: function (states) {
        return lines.filter(function (line) { return !states || states.indexOf(line.state) >= 0; }).length;
      },
      /* The photos that came of them, in the order of the list. */
      photos: function () {
        return lines.map(function (line) { return line.photo; }).filter(Boolean);
      },
      /* Send everything that is to be sent. */
      send: function (common) {
        return Promise.all(lines.map(function (line) { return line.send(common || {}); }));
      },
    };
  }

  window.photoLook = look;
  window.photoLook.put = put;
  window.photoLook.takeBack = takeBack;
  window.photoLook.table = table;
  window.photoArrivals = photoArrivals;
})();
