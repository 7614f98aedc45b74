/** The browser is an installed Chrome or the one in @sparticuz/chromium; see bench/browser.ts. */
module.exports = { skipDownload: true }
