// What is folded on a screen and would not be printed, as a list of sentences.
(() => {
  const folded = [...document.querySelectorAll("details > :not(summary)")];
  const isPrinted = (element) => element.checkVisibility() && element.getBoundingClientRect().height > 0;
  return folded
    .filter((element) => !isPrinted(element))
    .map((element) => {
      const summary = element.parentElement.querySelector("summary").textContent;
      return `what is folded under "${summary.trim().replace(/\s+/g, " ")}" is not printed`;
    });
})()
