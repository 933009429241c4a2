// Passkeys: the browser talks to the authenticator, this file carries bytes between the two and the page. It decides nothing.
(() => {
  "use strict";
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const fault = document.querySelector("[data-passkey-fault]");
  const say = words => { if (fault) { fault.textContent = words; fault.hidden = false; } };
  const why = error => error.name === "NotAllowedError" ? "Nothing was signed: it was called off, or took too long." : `Nothing was signed: ${error.message}`;

  const sign = document.querySelector("[data-passkey-sign]");
  sign?.form.addEventListener("submit", async event => {
    if (event.submitter?.value !== "approve" || sign.value) return;
    event.preventDefault();
    try {
      const made = await navigator.credentials.get({ publicKey: {
        challenge: bytes(sign.dataset.passkeySign), rpId: sign.dataset.rp, userVerification: "required", timeout: 120000,
        allowCredentials: sign.dataset.credentials.split(" ").map(id => ({ type: "public-key", id: bytes(id) })),
      } });
      const put = (name, value) => { sign.form.elements.namedItem(name).value = value; };
      put("passkey_credential_id", text(made.rawId));
      put("passkey_authenticator_data", text(made.response.authenticatorData));
      put("passkey_client_data", text(made.response.clientDataJSON));
      sign.value = text(made.response.signature);
      sign.form.requestSubmit(event.submitter);
    } catch (error) { say(why(error)); }
  });

  const make = document.querySelector("[data-passkey-make]");
  make?.addEventListener("submit", async event => {
    event.preventDefault();
    const post = async (path, body) => {
      const answer = await fetch(path, { method: "POST", credentials: "same-origin", headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });
      const json = await answer.json();
      if (!answer.ok) throw new Error(`${json.title} ${json.detail}`);
      return json;
    };
    try {
      const offer = await post("/v1/passkeys/offers");
      const made = await navigator.credentials.create({ publicKey: {
        challenge: bytes(offer.challenge), rp: { id: offer.rp_id, name: "Sallyport" }, timeout: 120000, attestation: "none",
        user: { id: new TextEncoder().encode(offer.user_id), name: offer.username, displayName: offer.display_name },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }], authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
        excludeCredentials: offer.credential_ids.map(id => ({ type: "public-key", id: bytes(id) })),
      } });
      await post("/v1/passkeys", {
        name: make.elements.namedItem("name").value, challenge: offer.challenge,
        attestation_object: text(made.response.attestationObject), client_data: text(made.response.clientDataJSON),
      });
      location.reload();
    } catch (error) { say(why(error)); }
  });
})();
