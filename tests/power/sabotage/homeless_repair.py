"""An operator that makes a lost pod again without its home: what replaces it begins with an empty one."""

import sys

from vdi_operator import objects
from vdi_operator.__main__ import main

make_pod = objects.pod
made = set()


def pod(session, launch, settings):
    manifest = make_pod(session, launch, settings)
    if session.uid in made:
        home = next(volume for volume in manifest["spec"]["volumes"] if volume["name"] == "home")
        home.pop("persistentVolumeClaim", None)
        home["emptyDir"] = {}
    made.add(session.uid)
    return manifest


objects.pod = pod
sys.exit(main())
