/* Says in words what keeps a passkey from being used, where allauth would only write it to the console. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const why = event.detail.exception;
  const trouble = document.querySelector("[data-passkey-trouble]");
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
  trouble.textContent = isNumber
    ? "Passkeys belong to a name. Open the newsroom by its name, not by its number: on this machine that is localhost."
    : why.name === "InvalidStateError"
      ? "This device holds a passkey of yours already."
      : why.name === "NotAllowedError"
        ? "No passkey was used. Try again, or come in another way."
        : "This browser cannot use a passkey here. Come in another way.";
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
});
