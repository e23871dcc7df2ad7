"""
The reference desktop: an X display, a window manager, a stream, and one door in front of them.

What runs in the container: Xvnc holds the display, openbox manages it, xterm and the beacon draw on it,
Selkies streams it by WebRTC, and the gate lets in who has the session's password. `python3 -m vdi_desktop`
starts them, and ends, with the reason, as soon as one of them does.

What may not live here: anything about Kubernetes. A desktop knows its environment variables and no more.
"""
