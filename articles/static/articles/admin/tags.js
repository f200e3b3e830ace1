/* Tags are typed in one line with commas between them; those that exist are offered (ARIA combobox pattern, 1.2). */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("input[data-tag-source]").forEach(enhance);
  });

  function enhance(input) {
    var list = document.createElement("ul");
    var offers = [];
    var at = -1;
    var waiting = null;
    var latest = 0;
    list.className = "tag-offers";
    list.id = input.id + "_offers";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Tags that exist");
    list.hidden = true;
    var frame = document.createElement("div");
    frame.className = "tag-field";
    input.replaceWith(frame);
    frame.append(input, list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function parts() {
      var before = input.value.slice(0, input.selectionStart);
      var start = before.lastIndexOf(",") + 1;
      var end = input.value.indexOf(",", input.selectionStart);
      return { start: start, end: end < 0 ? input.value.length : end, word: before.slice(start).trim() };
    }

    function show(found) {
      offers = found;
      at = -1;
      list.replaceChildren();
      found.forEach(function (name, index) {
        var item = document.createElement("li");
        item.id = list.id + "_" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dir = "auto";
        item.textContent = name;
        item.addEventListener("mousedown", function (event) {
          event.preventDefault();
          choose(index);
        });
        list.append(item);
      });
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      at = (index + offers.length) % offers.length;
      Array.prototype.forEach.call(list.children, function (item, each) {
        item.setAttribute("aria-selected", String(each === at));
      });
      input.setAttribute("aria-activedescendant", list.children[at].id);
    }

    function choose(index) {
      var here = parts();
      var name = offers[index].indexOf(",") >= 0 ? '"' + offers[index] + '"' : offers[index];
      var before = input.value.slice(0, here.start) + (here.start ? " " : "") + name + ", ";
      input.value = before + input.value.slice(here.end).replace(/^[,\s]+/, "");
      input.setSelectionRange(before.length, before.length);
      show([]);
    }

    function look() {
      var mine = ++latest;
      var word = parts().word;
      if (!word) {
        show([]);
        return;
      }
      fetch(input.dataset.tagSource + "?q=" + encodeURIComponent(word), { credentials: "same-origin" })
        .then(function (answer) {
          return answer.ok ? answer.json() : { tags: [] };
        })
        .then(function (found) {
          if (mine === latest && document.activeElement === input) {
            show(found.tags);
          }
        })
        .catch(function () {
          show([]);
        });
    }

    input.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(look, 150);
    });
    input.addEventListener("keydown", function (event) {
      if (list.hidden) {
        return;
      }
      if (event.key === "ArrowDown") {
        mark(at + 1);
      } else if (event.key === "ArrowUp") {
        mark(at < 0 ? offers.length - 1 : at - 1);
      } else if (event.key === "Enter" && at >= 0) {
        choose(at);
      } else if (event.key === "Escape") {
        show([]);
      } else {
        return;
      }
      event.preventDefault();
    });
    input.addEventListener("blur", function () {
      latest += 1;
      show([]);
    });
  }
})();
