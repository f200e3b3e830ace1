/* The dialog in which a photo is chosen or added, and the form field that opens it.
 *
 * window.photoChooser.open() resolves to a photo (see Choice in media/admin/choosing.py), or to null.
 */
(function () {
  "use strict";

  var DESK = "/admin/media/photo/";
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

  function ask(address, options) {
    return fetch(address, Object.assign({ credentials: "same-origin", headers: { Accept: "application/json" } }, options)).then(
      function (answer) {
        var isJson = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        if (!isJson) {
          throw new Error(answer.redirected ? "You are signed out. Sign in again in another tab." : "The photo desk does not answer.");
        }
        return answer.json();
      }
    );
  }

  function build() {
    var query = make("input", { type: "search", id: "photo-dialog-query", autocomplete: "off" });
    var status = make("p", { class: "photo-dialog__status", role: "status" });
    var grid = make("div", { class: "photo-dialog__grid" });
    var more = make("button", { type: "button", class: "button", text: "Show more" });
    var add = make("button", { type: "button", class: "button", text: "Add a photo…" });
    var library = make("div", { class: "photo-dialog__library" }, [
      make("div", { class: "photo-dialog__tools" }, [
        make("label", { for: "photo-dialog-query", text: "Search" }),
        query,
        add,
      ]),
      status,
      grid,
      more,
    ]);

    var file = make("input", { type: "file", id: "photo-dialog-file", accept: "image/*" });
    var caption = make("textarea", { id: "photo-dialog-caption", rows: "2" });
    var credit = make("input", { type: "text", id: "photo-dialog-credit", maxlength: "200" });
    var alt = make("textarea", { id: "photo-dialog-alt", rows: "2" });
    var decorative = make("input", { type: "checkbox", id: "photo-dialog-decorative" });
    var problem = make("p", { class: "errornote", role: "alert", hidden: "" });
    var send = make("button", { type: "submit", class: "button default", text: "Add and use it" });
    var back = make("button", { type: "button", class: "button", text: "Back to the photos" });
    var form = make("form", { class: "photo-dialog__add", hidden: "" }, [
      problem,
      make("label", { for: file.id, text: "File, up to 25 MB" }), file,
      make("label", { for: caption.id, text: "Caption" }), caption,
      make("label", { for: credit.id, text: "Credit" }), credit,
      make("label", { for: alt.id, text: "Alt text: what somebody who cannot see it needs to know" }), alt,
      make("label", { class: "photo-dialog__tick" }, [decorative, " Decorative: adds nothing to the words around it"]),
      make("div", { class: "photo-dialog__buttons" }, [send, back]),
    ]);

    var close = make("button", { type: "button", class: "photo-dialog__close", "aria-label": "Close", text: "×" });
    var box = make("dialog", { class: "photo-dialog", "aria-labelledby": "photo-dialog-title" }, [
      make("header", {}, [make("h2", { id: "photo-dialog-title", text: "Choose a photo" }), close]),
      library,
      form,
    ]);
    document.body.append(box);

    var page = 1;
    var settle = null;
    var latest = 0;
    var waiting = null;

    function done(photo) {
      var resolve = settle;
      settle = null;
      box.close();
      if (resolve) {
        resolve(photo);
      }
    }

    function card(photo) {
      return make("button", { type: "button", class: "photo-dialog__card", onclick: function () { done(photo); } }, [
        picture(photo),
        make("span", { class: "photo-dialog__caption", dir: "auto", text: photo.title }),
        make("span", { class: "photo-dialog__credit", dir: "auto", text: photo.credit || "No credit" }),
      ]);
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
            : "No photo has these words.";
          if (page > 1 && cards.length) {
            cards[0].focus();
          }
        })
        .catch(function (error) {
          status.textContent = error.message;
        });
    }

    function show(adding) {
      library.hidden = adding;
      form.hidden = !adding;
      problem.hidden = true;
      (adding ? file : query).focus();
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
      }
    });
    more.addEventListener("click", function () { load(page + 1); });
    add.addEventListener("click", function () { show(true); });
    back.addEventListener("click", function () { show(false); });
    close.addEventListener("click", function () { done(null); });
    box.addEventListener("cancel", function (event) {
      event.preventDefault();
      done(null);
    });
    grid.addEventListener("keydown", function (event) {
      var cards = Array.prototype.slice.call(grid.children);
      var at = cards.indexOf(document.activeElement);
      var across = cards.filter(function (each) { return each.offsetTop === cards[0].offsetTop; }).length;
      var step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
      if (step && cards[at + step]) {
        event.preventDefault();
        cards[at + step].focus();
      }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      /* The dialog may stand inside the page of another form; nothing of it must be sent. */
      event.stopPropagation();
      if (!file.files.length) {
        problem.textContent = "Choose a file first.";
        problem.hidden = false;
        return;
      }
      var data = new FormData();
      data.append("pictures", file.files[0]);
      data.append("caption", caption.value);
      data.append("credit", credit.value);
      data.append("alt", alt.value);
      if (decorative.checked) {
        data.append("decorative", "on");
      }
      send.disabled = true;
      problem.hidden = true;
      ask(DESK + "upload/", {
        method: "POST",
        body: data,
        headers: { Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
      })
        .then(function (taken) {
          var photo = taken.photos[0] || taken.known[0];
          if (!photo) {
            throw new Error(taken.refused.join(" "));
          }
          form.reset();
          done(photo);
        })
        .catch(function (error) {
          problem.textContent = error.message;
          problem.hidden = false;
        })
        .finally(function () {
          send.disabled = false;
        });
    });

    return function () {
      return new Promise(function (resolve) {
        settle = resolve;
        box.showModal();
        show(false);
        load(1);
      });
    };
  }

  window.photoChooser = {
    open: function () {
      dialog = dialog || build();
      return dialog();
    },
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
      ask(DESK + number.value + "/choice/").then(show, function () {
        shown.textContent = "Photo " + number.value + " could not be shown.";
      });
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".photo-field").forEach(enhance);
  });
})();
