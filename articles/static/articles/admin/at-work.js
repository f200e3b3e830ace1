/* While a story is written: what is typed is kept on the server, and in this browser until the server has it. */
(function () {
  "use strict";

  var PAUSE = 2500;
  var BEAT = 20000;
  var UNKEPT = {
    "signed out": "You have been signed out. Your words are kept in this browser; " +
      "sign in again in another tab and go on here.",
    "out of reach": "This story has moved on and is not in your hands any more. Your words are kept: you find them on your desk.",
  };

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("article_form");
    var page = document.querySelector("[data-at-work]");
    if (!form || !page || !form.querySelector("[name=_continue]")) {
      return;
    }
    var address = page.dataset.atWork;
    var story = page.dataset.story ? Number(page.dataset.story) : null;
    var tab = form.elements._tab.value;
    var version = Number(form.elements.seen_version.value);
    var drawer = "attache." + page.dataset.person + "." + (story || "new") + ".";
    var asSent = null;
    var timer = null;
    var failed = false;
    var leaving = false;
    var underWay = new AbortController();

    function pairs() {
      if (window.CKEDITOR && CKEDITOR.instances.id_body && CKEDITOR.instances.id_body.status === "ready") {
        CKEDITOR.instances.id_body.updateElement();
      }
      return Array.from(new FormData(form).entries()).filter(function (pair) {
        return typeof pair[1] === "string" && pair[0] !== "csrfmiddlewaretoken";
      });
    }

    /* What does not change by writing is no reason to keep anything. */
    function words(all) {
      return JSON.stringify(all.filter(function (pair) {
        return pair[0][0] !== "_" && pair[0] !== "seen_version";
      }));
    }

    function keepHere(all) {
      try {
        localStorage.setItem(drawer + tab, JSON.stringify({ version: version, fields: all, at: Date.now() }));
      } catch (error) {
        tell("This browser keeps nothing: save now.");
      }
    }

    function forgetHere(which) {
      localStorage.removeItem(drawer + which);
    }

    function tell(text) {
      document.getElementById("kept-at").textContent = text;
    }

    function token() {
      return form.elements.csrfmiddlewaretoken.value;
    }

    /* After a new sign-in in another tab the old token is void; the server gives the new one to who is signed in. */
    function renew() {
      return fetch(address, { headers: { Accept: "application/json" } }).then(function (answer) {
        if (answer.redirected || !answer.ok) {
          throw new Error("signed out");
        }
        return answer.json();
      }).then(function (answer) {
        document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (field) {
          field.value = answer.token;
        });
      });
    }

    function send(fields, which, seen) {
      return fetch(address, {
        method: "POST",
        signal: underWay.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ article: story, tab: which, version: seen, fields: fields, check: fields !== null }),
      }).then(function (answer) {
        if (answer.redirected || answer.status === 403) {
          return Promise.reject(new Error("signed out"));
        }
        if (answer.status === 404) {
          return Promise.reject(new Error("out of reach"));
        }
        return answer.ok ? answer.json() : Promise.reject(new Error("not kept"));
      });
    }

    function pass() {
      if (leaving) {
        return;
      }
      var all = pairs();
      var now = words(all);
      var isNew = now !== asSent;
      return send(isNew ? all : null, tab, version).catch(function (error) {
        if (error.message !== "signed out") {
          throw error;
        }
        return renew().then(function () {
          return send(isNew ? all : null, tab, version);
        });
      }).then(function (answer) {
        failed = false;
        if (isNew) {
          asSent = now;
          forgetHere(tab);
          tell(answer.kept ? "What you type is kept, last at " + answer.kept + "." : "");
        }
        show(answer);
      }).catch(function (error) {
        if (leaving) {
          return;
        }
        failed = true;
        if (isNew) {
          keepHere(all);
        }
        tell(UNKEPT[error.message] || "The server does not answer. Your words are kept in this browser until it does.");
      });
    }

    function show(answer) {
      var line = document.getElementById("at-work");
      var said = (answer.others || []).map(function (other) {
        return other.name + " has been editing since " + other.since + ".";
      });
      if (answer.version && answer.version !== version) {
        said.push(
          (answer.mine ? "You saved it in another tab" : answer.saved_by + " saved it") + " at " + answer.saved_at +
          "; what you save will be brought together with that."
        );
      }
      line.textContent = said.join(" ");
      line.hidden = !said.length;
      if (answer.words !== undefined) {
        document.getElementById("words-now").textContent = answer.words;
      }
      if (answer.findings) {
        showFindings(answer.findings);
      }
    }

    function showFindings(findings) {
      var place = document.getElementById("findings");
      place.replaceChildren();
      if (!findings.length) {
        var ready = document.createElement("p");
        ready.className = "ready";
        ready.textContent = place.dataset.empty;
        place.append(ready);
        return;
      }
      var head = document.createElement("h3");
      head.textContent = "Before it can go out";
      var list = document.createElement("ul");
      list.className = "findings";
      findings.forEach(function (finding) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        item.className = finding.stops ? "stops" : "warns";
        link.href = "#id_" + finding.field;
        link.textContent = finding.words;
        if (finding.passage && finding.field === "body") {
          link.dataset.passage = finding.passage;
        }
        item.append(link);
        if (!finding.stops) {
          var note = document.createElement("span");
          note.className = "quiet";
          note.textContent = " may pass with a reason";
          item.append(note);
        }
        list.append(item);
      });
      place.append(head, list);
    }

    function soon() {
      clearTimeout(timer);
      timer = setTimeout(pass, PAUSE);
    }

    /* The page as it came: whoever is quick has typed before the editor is there. */
    var atFirst = pairs();

    function begin() {
      var editor = window.CKEDITOR && CKEDITOR.instances.id_body;
      var body = pairs().filter(function (pair) {
        return pair[0] === "body";
      });
      asSent = words(atFirst.map(function (pair) {
        /* The editor writes down otherwise what it was given; only what somebody typed there is new. */
        return pair[0] === "body" && body.length ? ["body", editor && editor.checkDirty() ? "" : body[0][1]] : pair;
      }));
      form.addEventListener("input", soon);
      form.addEventListener("change", soon);
      form.addEventListener("click", soon);
      if (window.CKEDITOR && CKEDITOR.instances.id_body) {
        CKEDITOR.instances.id_body.on("change", soon);
      }
      if (story || words(pairs()) !== asSent) {
        pass();
      }
      setInterval(function () {
        if (story || failed) {
          pass();
        }
      }, BEAT);
      bringBack();
    }

    /* What an earlier visit could not send goes to the server now; the page then offers it. */
    function bringBack() {
      var found = Object.keys(localStorage).filter(function (key) {
        return key.indexOf(drawer) === 0 && key !== drawer + tab;
      });
      Promise.all(found.map(function (key) {
        var which = key.slice(drawer.length);
        var kept = JSON.parse(localStorage.getItem(key));
        return send(kept.fields, which, kept.version).then(function (answer) {
          forgetHere(which);
          return Boolean(answer.kept);
        });
      })).then(function (kept) {
        if (kept.some(Boolean) && !leaving && !document.querySelector(".found-again") && words(pairs()) === asSent) {
          leaving = true;
          location.reload();
        }
      }).catch(function () {
        failed = true;
      });
    }

    /* The last words before the page goes: here at once, and on the server by the next visit. */
    window.addEventListener("pagehide", function () {
      var all = pairs();
      if (!leaving && asSent !== null && words(all) !== asSent) {
        keepHere(all);
      }
    });
    form.addEventListener("submit", function () {
      /* If the answer is the door because the session has ended, the words are still here. */
      keepHere(pairs());
      leaving = true;
      clearTimeout(timer);
      underWay.abort();
    });

    if (window.CKEDITOR) {
      CKEDITOR.on("instanceReady", function () {
        setTimeout(begin, 400);
      });
    } else {
      begin();
    }
  });
})();
