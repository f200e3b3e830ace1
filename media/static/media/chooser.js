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
    ];
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
      element.addEventListener("click", function () { done(photo); });
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

  /* The form in which one photo is added. `done(photo)` is called with it once the photo desk has it. */
  function adding(done, back) {
    var file = make("input", { type: "file", id: "photo-dialog-file", accept: ACCEPTED });
    var preview = make("img", { class: "photo-dialog__preview", alt: "The picture that you chose", hidden: "" });
    var caption = make("textarea", { id: "photo-dialog-caption", rows: "2" });
    var credit = make("input", { type: "text", id: "photo-dialog-credit", maxlength: "200" });
    var alt = make("textarea", { id: "photo-dialog-alt", rows: "2", "aria-describedby": "photo-dialog-alt-help" });
    var decorative = make("input", { type: "checkbox", id: "photo-dialog-decorative" });
    var problem = make("p", { class: "errornote", role: "alert", hidden: "" });
    var twin = make("div", { class: "photo-dialog__twin", role: "group", "aria-label": "The same picture", tabindex: "-1", hidden: "" });
    var send = make("button", { type: "submit", class: "button default", text: "Add and use it" });
    var form = make("form", { class: "photo-dialog__add", hidden: "" }, [
      make("div", { class: "photo-dialog__drop" }, [
        make("label", { for: file.id, text: "File" }), file,
        make("p", { class: "help", text: "Drop it here or choose it: JPEG, PNG, WebP, TIFF, AVIF or GIF, up to 25 MB." }),
        preview,
      ]),
      make("label", { for: caption.id, text: "Caption" }), caption,
      make("label", { for: credit.id, text: "Credit" }), credit,
      make("label", { for: alt.id, text: "Alt text" }), alt,
      make("p", { class: "help", id: "photo-dialog-alt-help", text: "What somebody who cannot see it needs to know." }),
      make("label", { class: "photo-dialog__tick" }, [decorative, "Decorative: adds nothing to the words around it"]),
      problem,
      twin,
      make("div", { class: "photo-dialog__buttons" }, [send, back]),
    ]);

    function complain(message) {
      problem.textContent = message;
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    }

    function chosen() {
      problem.hidden = twin.hidden = true;
      URL.revokeObjectURL(preview.src);
      preview.hidden = !file.files.length;
      if (file.files.length) {
        preview.src = URL.createObjectURL(file.files[0]);
      }
    }

    function finish(photo) {
      form.reset();
      chosen();
      done(photo);
    }

    function askWhich(photo) {
      twin.replaceChildren(
        make("p", { text: "This very picture is here already, with these words:" }),
        make("div", { class: "photo-dialog__same" }, [picture(photo), make("div", {}, words(photo))]),
        make("div", { class: "photo-dialog__buttons" }, [
          make("button", { type: "button", class: "button default", text: "Use that one", onclick: function () { finish(photo); } }),
          make("button", { type: "button", class: "button", text: "Keep both", onclick: function () { upload(true); } }),
        ])
      );
      twin.hidden = false;
      twin.focus();
    }

    function upload(keepBoth) {
      var data = new FormData();
      data.append("pictures", file.files[0]);
      data.append("caption", caption.value);
      data.append("credit", credit.value);
      data.append("alt", alt.value);
      if (decorative.checked) {
        data.append("decorative", "on");
      }
      if (keepBoth) {
        data.append("keep_both", "on");
      }
      send.disabled = true;
      send.textContent = "Sending…";
      problem.hidden = twin.hidden = true;
      ask(DESK + "upload/", {
        method: "POST",
        body: data,
        headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
      })
        .then(function (taken) {
          if (taken.photos.length) {
            finish(taken.photos[0]);
          } else if (taken.known.length) {
            askWhich(taken.known[0]);
          } else {
            complain(taken.refused.join(" "));
          }
        })
        .catch(function (error) { complain(error.message); })
        .finally(function () {
          send.disabled = false;
          send.textContent = "Add and use it";
        });
    }

    preview.addEventListener("error", function () {
      /* What the browser cannot draw, a TIFF say, may be a good picture all the same. */
      preview.hidden = true;
    });
    file.addEventListener("change", chosen);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (file.files.length) {
        upload(false);
      } else {
        complain("Choose a file first.");
        file.focus();
      }
    });
    return {
      element: form,
      first: file,
      drop: function (files) {
        file.files = files;
        chosen();
      },
    };
  }

  /* The dialog; the function that opens it, for a photo or null. */
  function build() {
    var add = make("button", { type: "button", class: "button", text: "Add a photo…", hidden: "" });
    var back = make("button", { type: "button", class: "button", text: "Back to the photos" });
    var use = make("button", { type: "button", class: "button default photo-dialog__use", hidden: "" });
    /* The photos chosen so far, where several are wanted; null where it is one. */
    var several = null;
    var there = library(done, add, function (id) {
      return several && several.map(function (photo) { return photo.id; }).indexOf(id) + 1;
    });
    var coming = adding(done, back);
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
        if (!coming.element.hidden) {
          show(false);
          there.load(1);
        }
        return;
      }
      finish(several ? [] : photo);
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
      title.textContent = isAdding ? "Add a photo" : several ? "Choose photos, in their order" : "Choose a photo";
      there.element.hidden = isAdding;
      coming.element.hidden = !isAdding;
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
          make("p", { class: "photo-field__credit", dir: "auto", text: photo.credit || "No credit" })
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
