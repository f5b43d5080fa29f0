import { expose } from "comlink";
import { installErrorTransfer } from "./errorTransfer";
import { createTrainer } from "./trainer";

installErrorTransfer();
expose(createTrainer());
