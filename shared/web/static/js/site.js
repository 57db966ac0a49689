// Where this visit began: kept in this tab, handed to the booking page. No cookie, no third party.
(() => {
  "use strict";

  const strip = (path) => path.replace(/^\/+|\/+$/g, "") || "home";
  let began = { from: strip(location.pathname) };
  try {
    const elsewhere = document.referrer && new URL(document.referrer).host !== location.host;
    const kept = sessionStorage.getItem("began");
    if (kept && !elsewhere) began = JSON.parse(kept);
    else if (elsewhere) began.via = new URL(document.referrer).hostname;
    sessionStorage.setItem("began", JSON.stringify(began));
  } catch {
    // Storage refused, or a referrer that is no address: the link's own parameter has to do.
  }
  for (const link of document.querySelectorAll("a[data-book]")) {
    const url = new URL(link.href);
    for (const [name, value] of Object.entries(began)) url.searchParams.set(name, value);
    link.href = url.href;
  }
})();
