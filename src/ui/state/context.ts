import { createContext } from "svelte";
import type { AppState } from "./app.svelte";

/** How components reach the state: set once by App, read anywhere below it. */
export const [getApp, setApp] = createContext<AppState>();
