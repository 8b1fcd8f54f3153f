/**
 * Pages of the administration: time left until something may be decided, and long jobs that go on
 * stretch by stretch. Without it the pages work the same, with one click more.
 */
function contar() {
  for (const marca of document.querySelectorAll("time[data-falta]")) {
    const falta = Math.ceil((new Date(marca.dateTime) - Date.now()) / 1000);
    if (falta <= 0) {
      marca.textContent = marca.dataset.depois;
      marca.removeAttribute("data-falta");
    } else {
      const minutos = Math.floor(falta / 60);
      const segundos = String(falta % 60).padStart(2, "0");
      marca.textContent = `${marca.dataset.falta} ${minutos}:${segundos}`;
    }
  }
}

const seguinte = document.querySelector("form[data-continuar]");
if (seguinte) {
  const espera = setTimeout(() => seguinte.submit(), 400);
  document.getElementById("parar")?.addEventListener("click", () => clearTimeout(espera));
}
contar();
setInterval(contar, 1000);
