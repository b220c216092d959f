// Resource Summary (console.md 5).
page.resourceSummary = (() => {
  "use strict";

  const panel = "storage-summary";

  const available = () => page.find(panel, "#resource_summary_storage_available");
  const used = () => page.find(panel, "#resource_summary_storage_used");

  return {
    needs: () => ({
      "figure Available (#resource_summary_storage_available)": available(),
      "figure Used (#resource_summary_storage_used)": used(),
    }),

    // Figures may still be loading when the panel stands.
    read: () => {
      const figures = { available: page.text(available()), used: page.text(used()) };
      return /\d/.test(figures.available) && /\d/.test(figures.used) ? figures : null;
    },
  };
})();
