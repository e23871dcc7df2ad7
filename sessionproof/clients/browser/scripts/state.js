// What page and browser know of the stream at this moment; names as in StreamState.
async () => {
  const mine = window.__sessionproof;
  const picture = mine.picture();
  const video = picture instanceof HTMLVideoElement ? picture : document.querySelector("video");
  const found = {
    address: location.origin + location.pathname,
    visible: !!picture,
    has_stream: !!video && !!(video.srcObject || video.currentSrc),
    paused: video ? video.paused : true,
    width: picture ? picture.videoWidth ?? picture.width : 0,
    height: picture ? picture.videoHeight ?? picture.height : 0,
    current_time: video ? video.currentTime : 0,
    connections: mine.connections.length,
    text: document.body ? document.body.innerText.trim().slice(0, 200) : "",
  };
  const connection = mine.connections.at(-1);
  if (!connection) return found;
  found.connection = connection.connectionState;
  found.ice = connection.iceConnectionState;
  const all = [...(await connection.getStats()).values()];
  const named = (id) => all.find((each) => each.id === id);
  const transport = all.find((each) => each.type === "transport");
  const stream = all.find((each) => each.type === "inbound-rtp" && each.kind === "video");
  const pair = transport && named(transport.selectedCandidatePairId);
  if (transport) found.dtls = transport.dtlsState;
  if (pair) {
    const side = (candidate) => (candidate ? `${candidate.candidateType}/${candidate.protocol}` : "unknown");
    found.pair = `${side(named(pair.localCandidateId))} - ${side(named(pair.remoteCandidateId))}`;
    if (pair.currentRoundTripTime !== undefined) found.round_trip_ms = pair.currentRoundTripTime * 1000;
  }
  if (stream) {
    found.codec = named(stream.codecId)?.mimeType ?? "";
    found.frames_received = stream.framesReceived ?? 0;
    found.frames_decoded = stream.framesDecoded ?? 0;
    found.frames_dropped = stream.framesDropped ?? 0;
    found.packets_lost = stream.packetsLost ?? 0;
  }
  return found;
}
