// Passkeys: <form data-passkey="create|get" data-options-url="..." data-csrf="..."> gets its
// hidden field `credential` filled and is then sent like any other form.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readOptions(json) {
  const options = { ...json, challenge: toBytes(json.challenge) };
  if (json.user) options.user = { ...json.user, id: toBytes(json.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (json[list]) options[list] = json[list].map((item) => ({ ...item, id: toBytes(item.id) }));
  }
  return options;
}

function writeCredential(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  response.transports = credential.response.getTransports?.() ?? [];
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function loadOptions(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const body = new FormData();
  for (const name of ["csrf_token", "idempotency_key"]) {
    const field = form.elements[name];
    if (field) body.append(name, name === "idempotency_key" ? crypto.randomUUID() : field.value);
  }
  const answer = await fetch(form.dataset.optionsUrl, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("options");
  return answer.json();
}

function explain(form, name) {
  const place = form.querySelector("[data-passkey-message]");
  if (!place) return;
  const key = { NotAllowedError: "cancelled", InvalidStateError: "known", unsupported: "unsupported" }[name] ?? "failed";
  place.textContent = place.dataset[key] ?? place.dataset.failed;
  place.hidden = false;
  place.focus();
}

async function usePasskey(form) {
  const publicKey = readOptions(await loadOptions(form));
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.credential.value = writeCredential(credential);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) {
    explain(form, "unsupported");
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    try {
      await usePasskey(form);
      form.requestSubmit();
    } catch (error) {
      explain(form, error.name);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}
