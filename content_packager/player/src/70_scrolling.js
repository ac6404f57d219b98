// What is wider than the screen scrolls sideways; then the keyboard must reach it (WCAG 2.1.1).

function keepReachable(areas) {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const area of areas) watch.observe(area);
}
