// A PDF, drawn page by page as it comes into view, with its text laid over it for reading aloud and for searching.

const PDF_HOME = new URL("_player/pdfjs/", document.baseURI).href;
let pdfLibrary = null;

function pdfjs() {
  pdfLibrary ??= import(`${PDF_HOME}pdf.min.js`).then((library) => {
    library.GlobalWorkerOptions.workerSrc = `${PDF_HOME}pdf.worker.min.js`;
    return library;
  });
  return pdfLibrary;
}

async function showPdf(box, words) {
  try {
    const library = await pdfjs();
    const source = { url: new URL(box.dataset.pdf, document.baseURI).href };
    const homes = { standardFontDataUrl: `${PDF_HOME}standard_fonts/`, wasmUrl: `${PDF_HOME}wasm/` };
    const pdf = await library.getDocument({ ...source, ...homes, isEvalSupported: false }).promise;
    const pages = box.querySelector(".pages");
    const watch = new IntersectionObserver((entries) => drawSeen(entries, library), { rootMargin: "600px" });
    for (let number = 1; number <= pdf.numPages; number += 1) {
      watch.observe(await pageFrame(pages, await pdf.getPage(number), `${words.page} ${number} / ${pdf.numPages}`));
    }
    box.dataset.ready = "true";
  } catch {
    box.querySelector(".problem").textContent = words.pdfFailed; // the link to the file itself stands beside it
  }
}

async function pageFrame(pages, page, label) {
  const { width, height } = page.getViewport({ scale: 1 });
  const frame = element("section", "", "page");
  frame.setAttribute("aria-label", label);
  frame.style.setProperty("--page-ratio", `${width} / ${height}`);
  frame.style.setProperty("--page-width", `${Math.round(width * 1.5)}px`);
  frame.lessonPage = page;
  pages.append(frame);
  return frame;
}

function drawSeen(entries, library) {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && !target.firstChild) drawPage(target, library);
    // Pages that are far away give their memory back: a phone holds few of them.
    if (!isIntersecting && target.firstChild && !target.contains(document.activeElement)) target.replaceChildren();
  }
}

async function drawPage(frame, library) {
  const page = frame.lessonPage;
  const scale = frame.clientWidth / page.getViewport({ scale: 1 }).width;
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale });
  const canvas = element("canvas", "");
  canvas.setAttribute("aria-hidden", "true");
  canvas.width = Math.floor(viewport.width * density);
  canvas.height = Math.floor(viewport.height * density);
  const text = element("div", "", "textLayer");
  text.style.setProperty("--scale-factor", scale);
  text.style.setProperty("--total-scale-factor", scale);
  frame.replaceChildren(canvas, text);
  const transform = density === 1 ? null : [density, 0, 0, density, 0, 0];
  await page.render({ canvas, viewport, transform }).promise;
  await new library.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
}
