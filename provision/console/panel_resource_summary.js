// Resource Summary (console FACTS 5).
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
    available: () => (/\d/.test(page.text(available())) && /\d/.test(page.text(used())) ? page.text(available()) : null),
  };
})();
