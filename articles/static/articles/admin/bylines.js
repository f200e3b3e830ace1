/* The order of a byline: two buttons in each row in place of the number, which they keep. */
(function () {
  "use strict";

  function rows(table) {
    return Array.prototype.filter.call(table.querySelectorAll("tbody tr.form-row"), function (row) {
      return !row.classList.contains("empty-form");
    });
  }

  function renumber(table) {
    var all = rows(table);
    all.forEach(function (row, index) {
      var number = row.querySelector(".field-position input");
      var name = row.querySelector(".field-author select");
      var label = name && name.selectedIndex >= 0 ? name.options[name.selectedIndex].textContent.trim() : "";
      var shown = row.querySelector(".field-author .select2-selection__rendered");
      number.value = index;
      if (shown) {
        shown.setAttribute("aria-label", label ? "Author: " + label : "Author");
      }
      var buttons = row.querySelectorAll(".move button");
      buttons[0].disabled = index === 0;
      buttons[1].disabled = index === all.length - 1;
      buttons[0].setAttribute("aria-label", "Move up: " + (label || "name " + (index + 1)));
      buttons[1].setAttribute("aria-label", "Move down: " + (label || "name " + (index + 1)));
    });
  }

  function prepare(table, row) {
    if (row.querySelector(".move")) {
      return;
    }
    var number = row.querySelector(".field-position input");
    number.type = "hidden";
    var move = document.createElement("span");
    move.className = "move";
    ["↑", "↓"].forEach(function (sign, down) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.addEventListener("click", function () {
        var all = rows(table);
        var other = all[all.indexOf(row) + (down ? 1 : -1)];
        if (!other) {
          return;
        }
        row.parentNode.insertBefore(down ? other : row, down ? row : other);
        renumber(table);
        (button.disabled ? move.querySelector("button:not(:disabled)") : button).focus();
      });
      move.append(button);
    });
    number.after(move);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var group = document.getElementById("bylines-group");
    if (!group) {
      return;
    }
    var table = group.querySelector("table");
    function all() {
      rows(table).forEach(function (row) {
        prepare(table, row);
      });
      renumber(table);
    }
    /* By jQuery, because Select2 tells nobody else: that it has drawn itself, and that an author was chosen. */
    django.jQuery(all);
    django.jQuery(group).on("change", all);
    document.addEventListener("formset:added", all);
    document.addEventListener("formset:removed", all);
  });
})();
