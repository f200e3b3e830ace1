/* The picture that was just chosen: shown at once, and its own words put into the fields that are still empty. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var input = document.getElementById("id_upload");
    var look = document.querySelector("[data-look]");
    if (!input || !look) {
      return;
    }
    var picture = document.createElement("img");
    var said = document.createElement("div");
    var shown = document.getElementById("id_words_shown");
    var latest = 0;
    picture.className = "photo-chosen";
    picture.alt = "The picture that you chose";
    picture.hidden = true;
    said.className = "looked-at";
    said.setAttribute("role", "status");
    input.parentElement.before(picture);
    input.parentElement.after(said);
    /* What the browser cannot draw, a TIFF say, may be a good picture all the same. */
    picture.addEventListener("error", function () {
      picture.hidden = true;
    });

    function put(words) {
      return Object.keys(words).filter(function (name) {
        var field = document.getElementById("id_" + name);
        var decorative = document.getElementById("id_decorative");
        return field && !(name === "alt" && decorative && decorative.checked) && window.photoLook.put(field, words[name]);
      }).length;
    }

    function tell(text, href, link) {
      said.textContent = text;
      if (href) {
        var way = document.createElement("a");
        way.href = href;
        way.textContent = link;
        said.append(" ", way);
      }
    }

    input.addEventListener("change", function () {
      URL.revokeObjectURL(picture.src);
      picture.hidden = !input.files.length;
      document.querySelectorAll("[data-brought]").forEach(window.photoLook.takeBack);
      shown.value = "";
      var mine = (latest += 1);
      tell("");
      if (!input.files.length) {
        return;
      }
      picture.src = URL.createObjectURL(input.files[0]);
      tell("Looking at the file…");
      window.photoLook(input.files[0])
        .then(function (found) {
          if (mine !== latest) {
            return;
          }
          if (found.refused) {
            tell(found.refused);
            said.classList.add("is-refused");
            return;
          }
          said.classList.remove("is-refused");
          var filled = put(found.words);
          shown.value = "1";
          if (found.twin) {
            tell("This very picture is here already:", look.dataset.photos + found.twin.id + "/change/", found.twin.caption || "look at it");
          } else if (filled) {
            tell("The file brought words for " + filled + (filled === 1 ? " field." : " fields."));
          } else {
            tell(found.said.length ? "The file brings nothing that is not written here already." : "The file says nothing of itself.");
          }
          if (found.said.length) {
            said.append(window.photoLook.table(found.said));
          }
        })
        .catch(function () {
          /* The words are read when it is saved, too. */
          if (mine === latest) {
            tell("");
          }
        });
    });
  });
})();
