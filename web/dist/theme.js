// Sets the theme before the first paint. A file of its own, because the page allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem('renown.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be refused, as in a frame: the system's theme stays.
  }
})();
