/* A photo of the photo desk in a story: shown with its caption and credit, stored as a reference.
 *
 * What is stored is <figure data-photo="12" data-alt="…"><figcaption>…</figcaption></figure>, with data-alt and the
 * caption only where they stand in place of the photo desk's own. The credit is shown and cannot be edited here. Photos
 * that follow one another and have data-gallery make a gallery.
 */
(function () {
  "use strict";

  var CHOICE = "/admin/media/photo/";

  function element(name, attributes) {
    return new CKEDITOR.htmlParser.element(name, attributes || {});
  }

  CKEDITOR.plugins.add("newsphoto", {
    requires: "widget,dialog",

    onLoad: function () {
      CKEDITOR.addCss(
        "figure[data-photo]{margin:1.5em 0;padding:0 0 .6em;border-bottom:1px solid currentColor}" +
          "figure[data-photo] img{display:block;max-width:100%;max-height:24em;margin:0 auto .4em}" +
          "figure[data-photo] .awaited{display:block;padding:3em 1em;text-align:center;border:2px dashed currentColor}" +
          "figure[data-photo] figcaption{min-height:1.3em}" +
          "figure[data-photo] figcaption.shows-desk::before{content:attr(data-desk-caption);opacity:.75}" +
          "figure[data-photo] .credit{font:.8em sans-serif;opacity:.85}" +
          "figure[data-gallery]{padding-left:1em;border-left:6px double currentColor}"
      );
    },

    init: function (editor) {
      CKEDITOR.dialog.add("newsphoto", photoDialog);

      editor.widgets.add("newsphoto", {
        button: null,
        dialog: "newsphoto",
        pathName: "photo",
        draggable: true,
        allowedContent: "figure[!data-photo,data-alt,data-gallery]; figcaption",
        requiredContent: "figure[data-photo]",
        template: "<figure data-photo=''><figcaption></figcaption></figure>",
        editables: { caption: { selector: "figcaption", allowedContent: "strong em; a[!href]" } },

        upcast: function (figure) {
          if (figure.name !== "figure" || !/^[1-9]\d*$/.test(figure.attributes["data-photo"] || "")) {
            return false;
          }
          var caption = null;
          figure.children.slice().forEach(function (child) {
            if (child.name === "figcaption" && !caption) {
              caption = child;
            } else {
              child.remove();
            }
          });
          if (!caption) {
            figure.add(element("figcaption"));
          }
          return figure;
        },

        downcast: function (figure) {
          var attributes = { "data-photo": this.element.getAttribute("data-photo") };
          if (this.element.hasAttribute("data-alt")) {
            attributes["data-alt"] = this.element.getAttribute("data-alt");
          }
          if (this.element.hasAttribute("data-gallery")) {
            attributes["data-gallery"] = "";
          }
          var stored = element("figure", attributes);
          var caption = figure.getFirst("figcaption");
          var words = caption ? caption.getHtml().replace(/<br[^>]*>|&nbsp;|\u200b/g, " ").trim() : "";
          if (words) {
            var kept = element("figcaption");
            kept.setHtml(words);
            stored.add(kept);
          }
          return stored;
        },

        init: function () {
          var widget = this;
          var id = widget.element.getAttribute("data-photo");
          widget.setData("photo", id);
          if (id) {
            fetch(CHOICE + id + "/choice/", { credentials: "same-origin", headers: { Accept: "application/json" } })
              .then(function (answer) {
                return answer.ok ? answer.json() : null;
              })
              .then(function (photo) {
                show(widget, photo);
              });
          }
        },
      });

      editor.on("change", function () {
        CKEDITOR.tools.object.values(editor.widgets.instances).forEach(function (widget) {
          if (widget.name === "newsphoto" && widget.element) {
            offerDeskCaption(widget.element.$.querySelector("figcaption"));
          }
        });
      });

      editor.addCommand("newsphoto-choose", {
        exec: function () {
          window.photoChooser.open().then(function (photo) {
            editor.focus();
            if (photo) {
              editor.insertHtml('<figure data-photo="' + Number(photo.id) + '"></figure><p></p>');
            }
          });
        },
      });

      editor.addCommand("newsphoto-gallery", {
        exec: function () {
          window.photoChooser.openMany().then(function (photos) {
            editor.focus();
            if (photos.length) {
              editor.insertHtml(photos.map(function (photo) {
                return '<figure data-photo="' + Number(photo.id) + '" data-gallery=""></figure>';
              }).join("") + "<p></p>");
            }
          });
        },
      });

      editor.ui.addButton("NewsGallery", {
        label: "Gallery from the photo desk",
        command: "newsphoto-gallery",
        icon: this.path + "gallery.svg",
        toolbar: "photo",
      });

      editor.ui.addButton("NewsPhoto", {
        label: "Photo from the photo desk",
        command: "newsphoto-choose",
        icon: this.path + "photo.svg",
        toolbar: "photo",
      });
    },
  });

  /* What the photo desk says of the photo, shown in the editor and never stored with the body. */
  function show(widget, photo) {
    if (!widget.element || !widget.element.getDocument()) {
      return;
    }
    var figure = widget.element.$;
    var page = figure.ownerDocument;
    Array.prototype.slice.call(figure.querySelectorAll(".from-desk")).forEach(function (old) {
      old.remove();
    });
    var picture = page.createElement(photo && photo.has_file ? "img" : "span");
    if (photo && photo.has_file) {
      picture.src = photo.thumb;
      picture.alt = photo.alt || "";
    } else {
      picture.className = "awaited";
      picture.textContent = photo ? "This photo waits for its file" : "This photo is not in the photo desk";
    }
    picture.classList.add("from-desk");
    picture.contentEditable = "false";
    figure.insertBefore(picture, figure.firstChild);
    var credit = page.createElement("span");
    credit.className = "credit from-desk";
    credit.contentEditable = "false";
    credit.textContent = photo ? photo.credit || "No credit yet" : "";
    figure.appendChild(credit);
    var caption = figure.querySelector("figcaption");
    offerDeskCaption(caption);
    caption.setAttribute("data-desk-caption", (photo && photo.caption) || "No caption yet");
    caption.setAttribute("aria-label", "Caption for this story; empty shows the photo desk's");
    widget.deskAlt = photo ? (photo.decorative ? "decorative" : photo.alt || "none yet") : "";
  }

  /* An empty caption, which to a browser has a line break in it, shows the photo desk's. */
  function offerDeskCaption(caption) {
    caption.classList.toggle("shows-desk", !caption.textContent.replace(/\u200b/g, "").trim());
  }

  function photoDialog() {
    return {
      title: "This photo in this story",
      minWidth: 380,
      minHeight: 140,
      contents: [
        {
          id: "use",
          elements: [
            {
              id: "gallery",
              type: "checkbox",
              label: "In a gallery with the photos beside it",
              setup: function (widget) {
                this.setValue(widget.element.hasAttribute("data-gallery"));
              },
              commit: function (widget) {
                if (this.getValue()) {
                  widget.element.setAttribute("data-gallery", "");
                } else {
                  widget.element.removeAttribute("data-gallery");
                }
              },
            },
            {
              id: "own",
              type: "checkbox",
              label: "This story needs an alt text of its own",
              setup: function (widget) {
                this.setValue(widget.element.hasAttribute("data-alt"));
              },
              commit: function (widget) {
                if (!this.getValue()) {
                  widget.element.removeAttribute("data-alt");
                }
              },
            },
            {
              id: "alt",
              type: "textarea",
              rows: 3,
              label: "Alt text; empty if the photo is decorative here",
              setup: function (widget) {
                this.setValue(widget.element.getAttribute("data-alt") || "");
              },
              commit: function (widget) {
                if (this.getDialog().getValueOf("use", "own")) {
                  widget.element.setAttribute("data-alt", this.getValue().trim());
                }
              },
            },
          ],
        },
      ],
    };
  }
})();
