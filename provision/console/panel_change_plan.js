// Change Plan (console FACTS 3).
page.changePlan = (() => {
  "use strict";

  const panel = "resource-change_billing_plan";
  const find = (selector) => page.find(panel, selector);

  // The server plan's select has the same id prefix as the add-on box (console FACTS 3.1).
  const box = () => {
    const boxes = page.all(panel, "input[id^=products_addon_]").filter((b) => ["text", "number"].includes(b.type));
    if (boxes.length > 1) page.unexpected("Change Plan has more than one add-on box.");
    return boxes[0];
  };

  const submit = () => find("#submit_new_resources_btn");
  const confirmation = () => find("#change_plan_confirmation");
  const answers = (value) =>
    page.usable(confirmation())
      ? [...confirmation().querySelectorAll("input")].find((b) => b.value === value && page.usable(b))
      : undefined;

  const charges = () => {
    const summary = find("#charge_summary table");
    return page.visible(summary) ? page.rows(summary) : [];
  };

  // Complaints stand below the boxes even before anything is typed, when the pool is overdrawn (console FACTS 3.4).
  const complaint = () => (page.visible(find("#error_input")) ? page.text(find("#error_input")) : "");
  let complaintBefore = "";

  const refused = () => {
    const says = page.messages(panel).map((m) => m.text);
    if (complaint() && complaint() !== complaintBefore) says.push(complaint());
    return says.length ? { refused: says } : null;
  };

  const labelOf = (b) => b && find(`label[for="${CSS.escape(b.id)}"]`);
  const base = () => find("input#products_exclusive_base_qty");
  const resources = () => find("#current_resources_area table");

  return {
    needs: () => ({
      "add-on box (input[id^=products_addon_])": box(),
      "label of the add-on box (20 GB add-on, price)": labelOf(box()),
      "base quota (input#products_exclusive_base_qty)": base(),
      "table of current resources (#current_resources_area)": resources(),
      "button Submit (#submit_new_resources_btn)": submit(),
    }),

    read: () => {
      const b = box();
      if (!b || !submit()) return null;
      const label = labelOf(b);
      const table = resources();
      return {
        addOns: b.value.trim(),
        label: page.text(label),
        base: base()?.value.trim() ?? "",
        resources: table ? page.rows(table) : [],
        complaint: complaint(),
      };
    },

    // Types the new total and submits it once the console lets us; says if it will not.
    submit: ({ to }) => {
      const b = box();
      if (!b || !submit()) return null;
      if (b.value !== to) {
        complaintBefore = complaint();
        page.markMessages(panel);
        page.type(b, to);
      }
      if (!page.usable(submit())) return refused();
      page.click(submit());
      return { submitted: true };
    },

    // The same for a box or a button that did not react.
    submitAgain: ({ to }) => {
      if (answers("Continue")) return;
      const b = box();
      if (!b || !submit()) return;
      page.type(b, to);
      if (page.usable(submit())) page.click(submit());
    },

    // The confirmation, or why there is none (console FACTS 3.2).
    answer: () => (answers("Continue") ? { asks: page.text(confirmation().querySelector("p")), charges: charges() } : refused()),

    charged: () => (charges().some((row) => /\d\.\d\d$/.test(row.at(-1) ?? "")) ? page.changePlan.answer() : null),

    // The click that buys or returns, for the charges that were read.
    press: ({ to, charges: read }) => {
      const button = answers("Continue");
      if (!button) return false;
      const b = box();
      if (b && b.value.trim() !== to) page.unexpected(`The add-on box shows ${b.value} while ${to} is to be confirmed.`);
      if (JSON.stringify(charges()) !== JSON.stringify(read))
        page.unexpected("The charges on the confirmation screen changed while they were read. Nothing was confirmed.");
      page.markMessages(panel);
      page.click(button);
      return true;
    },

    outcome: () => page.newMessages(panel) ?? (!answers("Continue") && page.visible(submit()) ? [] : null),

    cancel: () => {
      const button = answers("Cancel");
      if (button) page.click(button);
    },
    cancelled: () => (answers("Continue") ? null : true),
  };
})();
