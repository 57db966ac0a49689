// Passkey dialogs: fetch a challenge, let the device answer, send the answer as a plain form.
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const readCreation = (options) => ({
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials || []).map((known) => ({ ...known, id: toBytes(known.id) })),
  });
  const readRequest = (options) => ({ ...options, challenge: toBytes(options.challenge), allowCredentials: [] });

  const write = (credential) => {
    const response = { clientDataJSON: toText(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = toText(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const ask = async (form) => {
    const fields = new FormData(form);
    fields.delete("idempotency_key");
    const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(fields) });
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw new Error("refused");
    const options = await answer.json();
    return form.dataset.passkey === "create"
      ? navigator.credentials.create({ publicKey: readCreation(options) })
      : navigator.credentials.get({ publicKey: readRequest(options) });
  };

  // A way in that needs this script is shown by it.
  const waiting = document.querySelectorAll("form[data-passkey][hidden]");
  if (window.PublicKeyCredential) waiting.forEach((form) => (form.hidden = false));

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    const problem = form.querySelector("[data-passkey-error]");
    problem.hidden = true;
    try {
      const credential = await ask(form);
      if (!credential) return;
      form.elements.credential.value = write(credential);
      form.submit();
    } catch {
      problem.hidden = false;
      problem.tabIndex = -1;
      problem.focus();
    }
  });
})();
