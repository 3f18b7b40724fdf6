// Conveniences only: every page is whole without this file.
"use strict";

// Leaving replaces this page, so that Back does not return to it.
document.getElementById("leave").addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(event.currentTarget.href);
});

// The position goes into the field it could have been typed in, and no further until the form is sent.
const locate = document.getElementById("locate");
if (locate && navigator.geolocation) {
  const status = document.getElementById("located");
  locate.hidden = false;
  locate.addEventListener("click", () => {
    status.textContent = locate.dataset.busy;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const near = document.getElementById("near");
        near.value = `${coords.latitude.toFixed(4)}, ${coords.longitude.toFixed(4)}`;
        status.textContent = "";
      },
      () => { status.textContent = locate.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

// A service's hours are in its own zone; where the reader's clock differs, theirs is said too.
const clock = (zone, at) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: zone }).format(at);
for (const time of document.querySelectorAll("time[data-yours]")) {
  const at = new Date(time.dateTime);
  const mine = clock(undefined, at);
  if (mine !== clock(time.dataset.zone, at) && !(time.dataset.there && mine === clock(time.dataset.there, at))) {
    time.append(` (${mine} ${time.dataset.yours})`);
  }
}
