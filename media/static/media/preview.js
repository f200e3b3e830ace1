/* The picture that was just chosen, shown beside its field before it is sent. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var input = document.getElementById("id_upload");
    if (!input) {
      return;
    }
    var picture = document.createElement("img");
    picture.className = "photo-chosen";
    picture.alt = "The picture that you chose";
    picture.hidden = true;
    input.parentElement.before(picture);
    /* What the browser cannot draw, a TIFF say, may be a good picture all the same. */
    picture.addEventListener("error", function () {
      picture.hidden = true;
    });
    input.addEventListener("change", function () {
      URL.revokeObjectURL(picture.src);
      picture.hidden = !input.files.length;
      if (input.files.length) {
        picture.src = URL.createObjectURL(input.files[0]);
      }
    });
  });
})();
