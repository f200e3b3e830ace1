/* Stories of a front can be dragged from zone to zone; each has buttons of its own for the keyboard and for fingers. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("front-form");
    if (!form) {
      return;
    }
    var before = null, typed = false;

    function mark(item) {
      if (before) {
        before.classList.remove("drop-before");
      }
      before = item;
      if (before) {
        before.classList.add("drop-before");
      }
    }

    window.dragCards(form, form.querySelectorAll(".front-zone"), {
      over: function (zone, item, event) {
        var over = event.target.closest("li.placed, li.by-itself");
        mark(over && over !== item && zone.contains(over) ? over : null);
      },
      away: function () {
        mark(null);
      },
      drop: function (zone, item) {
        form.elements.dropped.value = item.dataset.story;
        form.elements.to.value = zone.querySelector("[data-zone]").dataset.zone;
        form.elements.before.value = before ? before.dataset.story : "";
        typed = false;
        form.submit();
      }
    });

    /* Words that were typed are sent with whatever is pressed; leaving by another way asks first. */
    form.addEventListener("input", function (event) {
      typed = typed || event.target.id !== "pool-find";
    });
    form.addEventListener("submit", function () {
      typed = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (typed) {
        event.preventDefault();
      }
    });

    var find = document.getElementById("pool-find");
    find.addEventListener("input", function () {
      var words = find.value.toLocaleLowerCase().split(/\s+/);
      form.querySelectorAll(".front-pool li[data-words]").forEach(function (item) {
        item.hidden = !words.every(function (word) {
          return item.dataset.words.includes(word);
        });
      });
    });
    find.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
      }
    });
  });
})();
