// Resource Summary (console.md 5).
page.resourceSummary = (() => {
  "use strict";

  const panel = "storage-summary";

  return {
    // Figures may still be loading when the panel stands.
    read: () => {
      const available = page.text(page.find(panel, "#resource_summary_storage_available"));
      const used = page.text(page.find(panel, "#resource_summary_storage_used"));
      return /\d/.test(available) && /\d/.test(used) ? { available, used } : null;
    },
  };
})();
