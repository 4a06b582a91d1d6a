// The sum of counted notes and coins as they are typed, and the button that prints. Without it the daemon adds up.

const total = document.querySelector("[data-total]");
const pieces = [...document.querySelectorAll("[data-piece]")];

/** The sum, or nothing while no note is counted or something typed is no number. */
function sum() {
  let rupiah = 0;
  let counted = false;
  for (const piece of pieces) {
    const text = piece.value.trim();
    if (text === "") continue;
    if (!/^\d+$/.test(text)) return null;
    counted = true;
    rupiah += Number(text) * Number(piece.dataset.piece);
  }
  return counted ? rupiah : null;
}

if (total) {
  for (const piece of pieces) {
    piece.addEventListener("input", () => {
      const rupiah = sum();
      total.value = rupiah === null ? "" : rupiah.toLocaleString(total.dataset.total);
    });
  }
  // Whoever types the total counted it otherwise.
  total.addEventListener("input", () => {
    for (const piece of pieces) piece.value = "";
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
