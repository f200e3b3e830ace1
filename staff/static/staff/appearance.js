/* What was chosen on one's own page reaches each browser once; after that its own switch has the last word. */
(() => {
  const chosen = document.querySelector('meta[name="appearance"]').content;
  if (localStorage.getItem("appearance-of-account") !== chosen) {
    localStorage.setItem("appearance-of-account", chosen);
    localStorage.setItem("theme", chosen);
  }
})();
