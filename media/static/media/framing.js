/* How a photo is framed: its focal point, a crop for each shape, which way up. The original is never touched.
 *
 * Everything can be done by pointer and by keyboard, and undone. What is set goes into the fields of the form.
 */
(function () {
  "use strict";

  var SHAPES = { "16x9": 16 / 9, "4x3": 4 / 3, "1x1": 1, "3x4": 3 / 4 };
  var WHOLE = 10000;

  function make(tag, name, text) {
    var element = document.createElement(tag);
    element.className = name || "";
    element.textContent = text || "";
    return element;
  }

  function button(text, act) {
    var element = make("button", "button", text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  function clamp(value, least, most) {
    return Math.max(least, Math.min(most, value));
  }

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector("[data-framing]");
    var fields = {};
    ["focal_x", "focal_y", "rotation", "crops"].forEach(function (name) {
      fields[name] = document.getElementById("id_" + name);
    });
    if (!place || !fields.crops) {
      return;
    }
    var stored = Number(place.dataset.rotation);
    var image = new Image();
    image.addEventListener("load", begin);
    image.src = place.dataset.source;

    function read() {
      return {
        x: Number(fields.focal_x.value) / 100,
        y: Number(fields.focal_y.value) / 100,
        rotation: Number(fields.rotation.value),
        crops: JSON.parse(fields.crops.value || "{}") || {},
      };
    }

    function begin() {
      var mode = "focal";
      var past = [];
      var now = read();
      var canvas = make("canvas", "framing__canvas");
      var stage = make("div", "framing__stage");
      var point = make("span", "photo-preview__point");
      var frame = make("span", "framing__frame");
      var said = make("p", "framing__said");
      var tools = make("div", "framing__tools");
      var shown = make("div", "framing__shown");
      said.setAttribute("role", "status");
      stage.tabIndex = 0;
      stage.setAttribute("role", "application");
      canvas.setAttribute("aria-hidden", "true");
      stage.append(canvas, frame, point);

      var choice = make("fieldset", "framing__modes");
      choice.append(make("legend", "", "Set"));
      ["focal"].concat(Object.keys(SHAPES)).forEach(function (name) {
        var label = make("label", "");
        var radio = make("input", "");
        radio.type = "radio";
        radio.name = "_framing_mode";
        radio.value = name;
        radio.checked = name === mode;
        radio.addEventListener("change", function () {
          mode = name;
          draw();
        });
        label.append(radio, " " + (name === "focal" ? "Focal point" : name.replace("x", ":")));
        choice.append(label);
      });
      var follow = button("Follow the focal point", function () {
        change(function () {
          delete now.crops[mode];
        });
      });
      var undo = button("Undo", back);
      tools.append(choice, follow, button("Turn left", turn.bind(null, 270)), button("Turn right", turn.bind(null, 90)), undo);
      place.replaceChildren(stage, said, tools, shown);
      document.querySelectorAll(".field-focal_x").forEach(function (row) {
        row.classList.add("visually-hidden");
        row.querySelectorAll("input,select").forEach(function (field) {
          field.tabIndex = -1;
        });
      });
      Object.keys(SHAPES).forEach(function (name) {
        var figure = make("figure", "framing__shape");
        var small = make("canvas", "");
        small.dataset.shape = name;
        figure.append(small, make("figcaption", "", name.replace("x", ":")));
        shown.append(figure);
      });

      /* The picture, turned from how it is stored to how it is to be. */
      function source() {
        var by = (now.rotation - stored + 360) % 360;
        var sideways = by % 180 !== 0;
        var turned = document.createElement("canvas");
        turned.width = sideways ? image.naturalHeight : image.naturalWidth;
        turned.height = sideways ? image.naturalWidth : image.naturalHeight;
        var pen = turned.getContext("2d");
        pen.translate(turned.width / 2, turned.height / 2);
        pen.rotate((by * Math.PI) / 180);
        pen.drawImage(image, -image.naturalWidth / 2, -image.naturalHeight / 2);
        return turned;
      }

      function boxOf(name, width, height) {
        var ratio = (SHAPES[name] * height) / width;
        var crop = now.crops[name];
        if (crop) {
          var wide = Math.min(crop[2] / WHOLE, ratio, 1);
          return {
            left: Math.min(crop[0] / WHOLE, 1 - wide), top: Math.min(crop[1] / WHOLE, 1 - wide / ratio),
            width: wide, height: wide / ratio,
          };
        }
        var across = Math.min(1, ratio);
        var down = Math.min(1, 1 / ratio);
        return {
          left: clamp(now.x - across / 2, 0, 1 - across), top: clamp(now.y - down / 2, 0, 1 - down),
          width: across, height: down,
        };
      }

      function write() {
        fields.focal_x.value = Math.round(now.x * 100);
        fields.focal_y.value = Math.round(now.y * 100);
        fields.rotation.value = now.rotation;
        fields.crops.value = JSON.stringify(now.crops);
      }

      function draw() {
        var turned = source();
        canvas.width = turned.width;
        canvas.height = turned.height;
        canvas.getContext("2d").drawImage(turned, 0, 0);
        point.hidden = mode !== "focal";
        point.style.left = now.x * 100 + "%";
        point.style.top = now.y * 100 + "%";
        frame.hidden = mode === "focal";
        follow.disabled = mode === "focal" || !now.crops[mode];
        undo.disabled = !past.length;
        if (mode !== "focal") {
          var box = boxOf(mode, turned.width, turned.height);
          ["left", "top", "width", "height"].forEach(function (edge) {
            frame.style[edge] = box[edge] * 100 + "%";
          });
        }
        stage.setAttribute(
          "aria-label",
          mode === "focal"
            ? "Focal point: click in the picture, or move it with the arrow keys"
            : "Crop in " + mode.replace("x", ":") + ": drag it, or move it with the arrow keys; plus and minus change its size"
        );
        shown.querySelectorAll("canvas").forEach(function (small) {
          var part = boxOf(small.dataset.shape, turned.width, turned.height);
          small.width = 160;
          small.height = Math.round(160 / SHAPES[small.dataset.shape]);
          small.getContext("2d").drawImage(
            turned, part.left * turned.width, part.top * turned.height, part.width * turned.width,
            part.height * turned.height, 0, 0, small.width, small.height
          );
        });
        write();
      }

      function change(how, together) {
        if (!together) {
          past.push(JSON.stringify(now));
        }
        how();
        draw();
      }

      function back() {
        if (past.length) {
          now = JSON.parse(past.pop());
          draw();
          said.textContent = "Undone.";
        }
      }

      function turn(by) {
        change(function () {
          var x = now.x;
          now.rotation = (now.rotation + by) % 360;
          now.x = by === 90 ? 1 - now.y : now.y;
          now.y = by === 90 ? x : 1 - x;
          now.crops = {};
        });
        said.textContent = "Turned; crops follow the focal point again.";
      }

      function focus(x, y, together) {
        change(function () {
          now.x = clamp(x, 0, 1);
          now.y = clamp(y, 0, 1);
        }, together);
        said.textContent = Math.round(now.x * 100) + " percent from the left, " + Math.round(now.y * 100) + " from the top";
      }

      function crop(left, top, width, together) {
        var ratio = (SHAPES[mode] * canvas.height) / canvas.width;
        var wide = clamp(width, 0.1, Math.min(1, ratio));
        change(function () {
          now.crops[mode] = [
            Math.round(clamp(left, 0, 1 - wide) * WHOLE), Math.round(clamp(top, 0, 1 - wide / ratio) * WHOLE),
            Math.round(wide * WHOLE),
          ];
        }, together);
        said.textContent = "The crop is " + Math.round(wide * 100) + " percent wide, " +
          Math.round(now.crops[mode][0] / 100) + " from the left and " + Math.round(now.crops[mode][1] / 100) + " from the top";
      }

      function at(event) {
        var box = canvas.getBoundingClientRect();
        return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      }

      var held = null;
      stage.addEventListener("pointerdown", function (event) {
        var from = at(event);
        event.preventDefault();
        stage.focus({ preventScroll: true });
        stage.setPointerCapture(event.pointerId);
        if (mode === "focal") {
          held = {};
          focus(from.x, from.y);
        } else {
          held = { from: from, box: boxOf(mode, canvas.width, canvas.height) };
          past.push(JSON.stringify(now));
        }
      });
      stage.addEventListener("pointermove", function (event) {
        if (!held) {
          return;
        }
        var to = at(event);
        if (mode === "focal") {
          focus(to.x, to.y, true);
        } else {
          crop(held.box.left + to.x - held.from.x, held.box.top + to.y - held.from.y, held.box.width, true);
        }
      });
      stage.addEventListener("pointerup", function () {
        held = null;
      });
      stage.addEventListener("keydown", function (event) {
        var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        var size = { "+": 1.05, "=": 1.05, "-": 1 / 1.05 }[event.key];
        if ((event.ctrlKey || event.metaKey) && event.key === "z") {
          event.preventDefault();
          back();
        } else if (step && mode === "focal") {
          event.preventDefault();
          focus(now.x + step[0] * 0.02, now.y + step[1] * 0.02);
        } else if ((step || size) && mode !== "focal") {
          event.preventDefault();
          var box = boxOf(mode, canvas.width, canvas.height);
          var wide = box.width * (size || 1);
          var grown = (wide - box.width) / 2;
          crop(
            box.left + (step ? step[0] * 0.01 : -grown), box.top + (step ? step[1] * 0.01 : (-grown * box.height) / box.width), wide
          );
        }
      });
      draw();
    }
  });
})();
