// Where the browser trusts this address, the pages can be installed as an app of their own.
if (window.isSecureContext && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
