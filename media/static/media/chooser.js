/* The dialog in which a photo is chosen or added, and the form field that opens it.
 *
 * window.photoChooser.open() resolves to a photo (see Choice in media/admin/choosing.py), or to null; openMany() to a
 * list of photos in the order in which they were chosen, empty for none.
 */
(function () {
  "use strict";

  var DESK = "/admin/media/photo/";
  var ACCEPTED = "image/jpeg,image/png,image/webp,image/tiff,image/avif,image/gif";
  var dialog = null;

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
    (children || []).forEach(function (child) {
      element.append(child);
    });
    return element;
  }

  function picture(photo) {
    return photo.has_file
      ? make("img", { src: photo.thumb, alt: "", loading: "lazy" })
      : make("span", { class: "photo-awaited", text: "Awaits its file" });
  }

  function words(photo) {
    return [
      make("span", { class: "photo-dialog__caption", dir: "auto", text: photo.caption || "No caption" }),
      make("span", { class: "photo-dialog__credit", dir: "auto", text: photo.credit || "No credit" }),
    ].concat(terms(photo));
  }

  /* What must be known before it is used, and why it may not be. */
  function terms(photo) {
    return (photo.refusal ? [photo.refusal] : photo.conditions).map(function (text) {
      return make("span", { class: "photo-dialog__terms" + (photo.refusal ? " is-refused" : ""), dir: "auto", text: text });
    });
  }

  /* The answer in JSON; an Error whose message is for a person where there is none. */
  function ask(address, options) {
    return fetch(address, Object.assign({ credentials: "same-origin", headers: { Accept: "application/json" } }, options)).then(
      function (answer) {
        if ((answer.headers.get("Content-Type") || "").indexOf("application/json") === 0) {
          return answer.json();
        }
        if (answer.redirected) {
          throw new Error("You are signed out. Sign in again in another tab.");
        }
        throw new Error(
          { 403: "Your role does not allow this.", 404: "There is no such photo.", 413: "The file is too large." }[answer.status] ||
            "The photo desk does not answer. Try again."
        );
      },
      function () {
        throw new Error("The photo desk cannot be reached. Try again.");
      }
    );
  }

  /* The library: what there is, by words. `done(photo)` is called with the one that was chosen; `place(photo)` is its
   * place among several, 0 for none. */
  function library(done, add, place) {
    var query = make("input", { type: "search", id: "photo-dialog-query", autocomplete: "off", maxlength: "200" });
    var status = make("p", { class: "photo-dialog__status", role: "status" });
    var grid = make("div", { class: "photo-dialog__grid" });
    var more = make("button", { type: "button", class: "button", text: "Show more", hidden: "" });
    var element = make("div", { class: "photo-dialog__library" }, [
      make("div", { class: "photo-dialog__tools" }, [make("label", { for: query.id, text: "Search" }), query, add]),
      status,
      grid,
      more,
    ]);
    var page = 1;
    var latest = 0;
    var waiting = null;

    function card(photo) {
      var attributes = { type: "button", class: "photo-dialog__card", "data-photo": photo.id };
      var element = make("button", attributes, [picture(photo)].concat(words(photo)));
      if (photo.refusal) {
        element.setAttribute("aria-disabled", "true");
      }
      element.addEventListener("click", function () {
        if (photo.refusal) {
          status.textContent = photo.refusal;
        } else {
          done(photo);
        }
      });
      return mark(element);
    }

    function mark(element) {
      var at = place(Number(element.dataset.photo));
      if (at === null) {
        element.removeAttribute("aria-pressed");
        delete element.dataset.place;
      } else {
        element.setAttribute("aria-pressed", String(at > 0));
        element.dataset.place = at || "";
      }
      return element;
    }

    function load(next) {
      var mine = ++latest;
      page = next;
      status.textContent = "Looking…";
      ask(DESK + "choose/?page=" + page + "&q=" + encodeURIComponent(query.value))
        .then(function (found) {
          if (mine !== latest) {
            return;
          }
          if (page === 1) {
            grid.replaceChildren();
          }
          var cards = found.photos.map(card);
          grid.append.apply(grid, cards);
          more.hidden = !found.more;
          add.hidden = !found.may_add;
          var number = grid.children.length;
          status.textContent = number
            ? number + (number === 1 ? " photo" : " photos") + (found.more ? ", and there are more" : "")
            : query.value.trim() ? "No photo has these words." : "There is no photo yet.";
          if (page > 1 && cards.length) {
            cards[0].focus();
          }
        })
        .catch(function (error) {
          if (mine === latest) {
            status.textContent = error.message;
          }
        });
    }

    query.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () { load(1); }, 200);
    });
    query.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(waiting);
        load(1);
      } else if (event.key === "ArrowDown" && grid.firstElementChild) {
        event.preventDefault();
        grid.firstElementChild.focus();
      }
    });
    more.addEventListener("click", function () { load(page + 1); });
    grid.addEventListener("keydown", function (event) {
      var cards = Array.prototype.slice.call(grid.children);
      var at = cards.indexOf(document.activeElement);
      var across = cards.filter(function (each) { return each.offsetTop === cards[0].offsetTop; }).length;
      var to = {
        ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across, Home: 0, End: cards.length - 1,
      }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        (cards[to] || (to < 0 ? query : cards[at])).focus();
      }
    });
    function markAll() {
      Array.prototype.forEach.call(grid.children, mark);
    }

    return { element: element, first: query, load: load, markAll: markAll };
  }

  /* The form in which photos are added. `done(photos)` is called with what the photo desk has of them once it has all. */
  function adding(done, back, isMany) {
    var coming = window.photoArrivals(tell);
    var file = make("input", { type: "file", id: "photo-dialog-file", accept: ACCEPTED });
    var hint = make("p", { class: "help" });
    var problem = make("p", { class: "errornote", role: "alert", hidden: "" });
    var send = make("button", { type: "submit", class: "button default" });
    var form = make("form", { class: "photo-dialog__add", hidden: "" }, [
      make("div", { class: "photo-dialog__drop" }, [make("label", { for: file.id, text: "File" }), file, hint]),
      coming.element,
      problem,
      make("div", { class: "photo-dialog__buttons" }, [send, back]),
    ]);
    var isSending = false;

    function tell() {
      send.textContent = isSending ? "Sending…" : coming.count() > 1 ? "Add and use them" : "Add and use it";
      /* A decision about the last one may be what everything waited for. */
      if (!isSending && coming.count() && coming.photos().length === coming.count()) {
        var photos = coming.photos();
        coming.clear();
        done(photos);
      }
    }

    function complain(message) {
      problem.textContent = message;
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    }

    function take(files) {
      problem.hidden = true;
      if (isMany()) {
        coming.add(files);
      } else if (files.length) {
        coming.put(files[0]);
      }
      file.value = "";
    }

    file.addEventListener("change", function () { take(file.files); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (!coming.count()) {
        complain("Choose a file first.");
        file.focus();
        return;
      }
      problem.hidden = true;
      isSending = send.disabled = true;
      tell();
      coming.send().finally(function () {
        isSending = send.disabled = false;
        tell();
        if (coming.photos().length) {
          complain("Not all could be taken. Leave the others out, or choose them again.");
        }
      });
    });
    return {
      element: form,
      first: file,
      drop: take,
      begin: function () {
        file.multiple = isMany();
        hint.textContent = (isMany() ? "Drop them here or choose them" : "Drop it here or choose it") +
          ": JPEG, PNG, WebP, TIFF, AVIF or GIF, up to 25 MB" + (isMany() ? " each." : ".");
        tell();
      },
    };
  }

  /* The dialog; the function that opens it, for a photo or null. */
  function build() {
    var add = make("button", { type: "button", class: "button", text: "Add photos…", hidden: "" });
    var back = make("button", { type: "button", class: "button", text: "Back to the photos" });
    var use = make("button", { type: "button", class: "button default photo-dialog__use", hidden: "" });
    /* The photos chosen so far, where several are wanted; null where it is one. */
    var several = null;
    var there = library(done, add, function (id) {
      return several && several.map(function (photo) { return photo.id; }).indexOf(id) + 1;
    });
    var coming = adding(added, back, function () { return several !== null; });
    var title = make("h2", { id: "photo-dialog-title" });
    var close = make("button", { type: "button", class: "photo-dialog__close", "aria-label": "Close", text: "×" });
    var box = make("dialog", { class: "photo-dialog", "aria-labelledby": title.id }, [
      make("header", {}, [title, close]),
      there.element,
      coming.element,
      use,
    ]);
    var settle = null;
    document.body.append(box);

    function done(photo) {
      if (several && photo) {
        var at = several.findIndex(function (each) { return each.id === photo.id; });
        if (at < 0) {
          several.push(photo);
        } else {
          several.splice(at, 1);
        }
        offer();
        return;
      }
      finish(several ? [] : photo);
    }

    /* What was added is used at once; among several it joins those that were chosen before. */
    function added(photos) {
      if (!several) {
        finish(photos[0]);
        return;
      }
      several = several.concat(photos.filter(function (photo) {
        return several.every(function (each) { return each.id !== photo.id; });
      }));
      offer();
      show(false);
      there.load(1);
    }

    function offer() {
      there.markAll();
      use.hidden = !several || !several.length;
      use.textContent = several && several.length === 1 ? "Use this photo" : "Use these " + (several || []).length + " photos";
    }

    function finish(photo) {
      var resolve = settle;
      settle = null;
      box.close();
      if (resolve) {
        resolve(photo);
      }
    }

    function show(isAdding) {
      add.textContent = several ? "Add photos…" : "Add a photo…";
      title.textContent = isAdding ? (several ? "Add photos" : "Add a photo") : several ? "Choose photos, in their order" : "Choose a photo";
      there.element.hidden = isAdding;
      coming.element.hidden = !isAdding;
      coming.begin();
      (isAdding ? coming : there).first.focus();
    }

    add.addEventListener("click", function () { show(true); });
    back.addEventListener("click", function () { show(false); });
    close.addEventListener("click", function () { done(null); });
    use.addEventListener("click", function () { finish(several); });
    box.addEventListener("cancel", function (event) {
      /* A file field tells in the same way that its own dialog was closed. */
      if (event.target === box) {
        event.preventDefault();
        done(null);
      }
    });
    box.addEventListener("dragover", function (event) { event.preventDefault(); });
    box.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length && !add.hidden) {
        show(true);
        coming.drop(event.dataTransfer.files);
      }
    });

    return function (isMany) {
      return new Promise(function (resolve) {
        settle = resolve;
        several = isMany ? [] : null;
        offer();
        box.showModal();
        show(false);
        there.load(1);
      });
    };
  }

  function open(isMany) {
    dialog = dialog || build();
    return dialog(isMany);
  }

  window.photoChooser = {
    open: function () { return open(false); },
    openMany: function () { return open(true); },
  };

  /* The form field: the number gives way to the picture and three buttons. */
  function enhance(field) {
    var number = field.querySelector("input");
    var label = document.querySelector('label[for="' + number.id + '"]');
    var name = label ? label.textContent.replace(/:\s*$/, "") : "photo";
    var shown = make("div", { class: "photo-field__shown" });
    var choose = make("button", { type: "button", class: "button", id: number.id + "_choose" });
    var remove = make("button", { type: "button", class: "button", text: "Remove" });
    var change = make("a", { text: "Edit at the photo desk", target: "_blank", rel: "noopener" });
    field.querySelector(".photo-field__number").hidden = true;
    field.append(shown, make("div", { class: "photo-field__buttons" }, [choose, remove, change]));
    if (label) {
      label.setAttribute("for", choose.id);
    }
    /* Out of sight, it must not hold up a form whose browser would point at it; the server asks for it all the same. */
    number.required = false;

    function show(photo) {
      shown.replaceChildren();
      choose.textContent = photo ? "Change…" : "Choose a photo…";
      choose.setAttribute("aria-label", (photo ? "Change: " : "Choose: ") + name);
      remove.setAttribute("aria-label", "Remove: " + name);
      remove.hidden = change.hidden = !photo;
      if (photo) {
        change.href = DESK + photo.id + "/change/";
        shown.append(
          picture(photo),
          make("p", { dir: "auto", text: photo.caption || "No caption" }),
          make("div", {}, [make("p", { class: "photo-field__credit", dir: "auto", text: photo.credit || "No credit" })].concat(terms(photo)))
        );
      }
      document.dispatchEvent(new CustomEvent("photo:shown", { detail: { field: number.name, photo: photo } }));
    }

    function set(photo) {
      number.value = photo ? photo.id : "";
      number.dispatchEvent(new Event("change", { bubbles: true }));
      show(photo);
    }

    choose.addEventListener("click", function () {
      window.photoChooser.open().then(function (photo) {
        if (photo) {
          set(photo);
        }
        choose.focus();
      });
    });
    remove.addEventListener("click", function () {
      set(null);
      choose.focus();
    });
    show(null);
    if (number.value) {
      ask(DESK + number.value + "/choice/").then(show, function (error) {
        shown.textContent = "Photo " + number.value + " cannot be shown. " + error.message;
      });
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".photo-field").forEach(enhance);
  });
})();
