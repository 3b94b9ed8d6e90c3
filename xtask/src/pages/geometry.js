// What of a page is told and cannot be seen. The answer is a list of sentences, each naming the
// element; the page itself runs no script.
(() => {
  const FOLD = 800;
  const SLACK = 1;
  const faults = [];
  const isShown = (box) => box.width > 0 || box.height > 0;
  const round = (box) =>
    `${box.left.toFixed(1)},${box.top.toFixed(1)} to ${box.right.toFixed(1)},${box.bottom.toFixed(1)}`;
  const called = (element) => {
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
    const kind = element.getAttribute("class");
    return `<${element.tagName.toLowerCase()}${kind ? ` class="${kind}"` : ""}> "${text}"`;
  };
  const isWithin = (inner, outer) =>
    inner.left >= outer.left - SLACK && inner.right <= outer.right + SLACK &&
    inner.top >= outer.top - SLACK && inner.bottom <= outer.bottom + SLACK;

  for (const figure of document.querySelectorAll("figure.decisive")) {
    if (figure.closest("details")) {
      continue;
    }
    const box = figure.querySelector("svg").getBoundingClientRect();
    if (isShown(box) && box.bottom + scrollY > FOLD) {
      faults.push(`${called(figure)} ends ${Math.round(box.bottom + scrollY)} below the top`);
    }
  }

  for (const folded of document.querySelectorAll("details")) {
    folded.open = true;
  }

  for (const chart of document.querySelectorAll("svg[role=img]")) {
    const box = chart.getBoundingClientRect();
    const title = chart.querySelector("title").textContent;
    if (!isWithin(box, { ...box.toJSON(), left: 0, right: innerWidth })) {
      faults.push(`chart "${title}" at ${round(box)} leaves the window`);
    }
    for (const mark of chart.querySelectorAll("text, circle, rect, path, line")) {
      const drawn = mark.getBoundingClientRect();
      if (isShown(drawn) && !isWithin(drawn, box)) {
        faults.push(`${called(mark)} at ${round(drawn)} leaves chart "${title}" at ${round(box)}`);
      }
    }
    const texts = [...chart.querySelectorAll("text")].filter((text) => text.textContent !== "");
    const boxes = texts.map((text) => text.getBoundingClientRect());
    // A box is as high as its line, which letters do not fill.
    const LEADING = 3;
    texts.forEach((one, place) => {
      for (let other = place + 1; other < texts.length; other += 1) {
        const [a, b] = [boxes[place], boxes[other]];
        const isOver = a.left < b.right && b.left < a.right &&
          a.top + LEADING < b.bottom - LEADING && b.top + LEADING < a.bottom - LEADING;
        if (isOver) {
          faults.push(`${called(one)} lies on ${called(texts[other])} in chart "${title}"`);
        }
      }
    });
  }

  // Of what leaves the window together, the outermost element is named.
  const leaving = new Set();
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const box = element.getBoundingClientRect();
    const isHidden = getComputedStyle(element.closest("thead") ?? element).clipPath !== "none";
    if (isShown(box) && !isHidden && (box.left < -SLACK || box.right > innerWidth + SLACK)) {
      if (!leaving.has(element.parentElement)) {
        faults.push(`${called(element)} at ${round(box)} leaves the window`);
      }
      leaving.add(element);
    }
  }
  return faults;
})()
