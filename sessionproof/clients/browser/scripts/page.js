// Runs before any script of a page: remembers what later questions are about and asks nothing itself.
(() => {
  if (window.__sessionproof) return;
  const state = { connections: [], iceServers: [], keys: [] };
  Object.defineProperty(window, "__sessionproof", { value: state });

  // Every connection the page makes, with the ICE servers it was offered.
  const Native = window.RTCPeerConnection;
  if (Native) {
    const note = (configuration) => {
      for (const server of (configuration && configuration.iceServers) || [])
        for (const url of [].concat(server.urls || [])) state.iceServers.push(url);
    };
    const setConfiguration = Native.prototype.setConfiguration;
    Native.prototype.setConfiguration = function (configuration) {
      note(configuration);
      return setConfiguration.call(this, configuration);
    };
    window.RTCPeerConnection = new Proxy(Native, {
      construct(target, args, newTarget) {
        note(args[0]);
        const made = Reflect.construct(target, args, newTarget);
        state.connections.push(made);
        return made;
      },
    });
  }

  // When keys went down, on the clock that readings of the picture carry; the names stay with the page.
  window.addEventListener("keydown", () => state.keys.push(Date.now()), true);

  // The page may keep hidden or empty elements beside the one it shows.
  state.picture = () => {
    let best = null, area = 0;
    for (const each of document.querySelectorAll("video, canvas")) {
      const box = each.getBoundingClientRect();
      const width = each.videoWidth ?? each.width;
      if (!width || !box.width || !box.height) continue;
      if (each.checkVisibility && !each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (box.width * box.height > area) { best = each; area = box.width * box.height; }
    }
    return best;
  };

  // --- reading stamps ---------------------------------------------------------------------------------
  const CELL = { width: 16, height: 32 }, CELLS = 32, ROWS = 3;
  const scratch = document.createElement("canvas");
  scratch.width = CELL.width * CELLS;
  scratch.height = CELL.height * ROWS;
  const pen = scratch.getContext("2d", { willReadFrequently: true });
  let readings = [], current = null, round = 0, leased = 0, timer = 0, last = 0, spent = 0, looks = 0;
  let corner = [0, 0];

  // Mean brightness of the inner half of every cell, two hexadecimal digits each.
  const levels = (element) => {
    // A canvas keeps its last picture when drawing fails: that would be a false reading.
    pen.clearRect(0, 0, scratch.width, scratch.height);
    pen.drawImage(element, corner[0], corner[1], scratch.width, scratch.height,
      0, 0, scratch.width, scratch.height);
    const pixels = pen.getImageData(0, 0, scratch.width, scratch.height).data;
    let text = "";
    for (let row = 0; row < ROWS; row++)
      for (let cell = 0; cell < CELLS; cell++) {
        let sum = 0;
        for (let y = row * CELL.height + CELL.height / 4; y < (row + 0.75) * CELL.height; y++) {
          let at = 4 * (y * scratch.width + cell * CELL.width + CELL.width / 4);
          for (let x = 0; x < CELL.width / 2; x++, at += 4)
            sum += 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
        }
        const mean = Math.min(255, Math.round(sum / (CELL.width * CELL.height / 4)));
        text += mean.toString(16).padStart(2, "0");
      }
    return text;
  };

  const look = (element) => {
    const seen = Date.now(), begun = performance.now();
    last = begun;
    readings.push([seen, levels(element)]);
    spent += performance.now() - begun;
    looks++;
  };

  const follow = (element, turn) => {
    const next = () => {
      if (turn !== round || element !== current) return;
      look(element);
      follow(element, turn);
    };
    if (element.requestVideoFrameCallback) element.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  };

  const tend = () => {
    if (performance.now() > leased) {
      clearInterval(timer);
      timer = 0; current = null; round++;
      return;
    }
    const shown = state.picture();
    if (shown !== current) {
      current = shown;
      if (shown) follow(shown, ++round);
    }
    // A picture that stands brings no callback; what it shows is told all the same.
    if (shown && performance.now() - last > 500) look(shown);
  };

  // Forget what was read before; `x`, `y`: where the stamp begins in the picture.
  state.begin = (x, y) => { corner = [x, y]; readings = []; state.keys.length = 0; spent = looks = 0; return true; };

  // What was read since the last call, once there are `wanted` readings or `wait` ms have passed. Reading
  // goes on for a second after the last call, so that nothing is lost in between and nothing is read in vain.
  state.take = async (wanted, wait) => {
    const until = performance.now() + wait;
    leased = until + 1000;
    if (!timer) { last = performance.now(); timer = setInterval(tend, 20); tend(); }
    while (readings.length < wanted && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const taken = { readings, keys: state.keys.splice(0), cost: looks ? spent / looks : 0 };
    readings = [];
    return taken;
  };
})();
