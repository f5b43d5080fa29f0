import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@/ui/theme.css";
import { mount } from "svelte";
import { createTrainerClient } from "@/worker/trainerClient";
import App from "./App.svelte";
import { saveFile } from "./ui/saveFile";
import { AppState } from "./ui/state/app.svelte";
import { parseStartOptions } from "./ui/state/startOptions";

const client = createTrainerClient({ onCrash: (error) => app.fail(error) });
const app = new AppState({
  trainer: client.trainer,
  start: parseStartOptions(location.search, document.baseURI),
  hash: location.hash,
  saveFile,
  restartTrainer: () => client.restart(),
});

const target = document.querySelector("#app");
if (target) mount(App, { target, props: { app } });
