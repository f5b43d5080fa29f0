import { expose, wrap } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { installErrorTransfer } from "./errorTransfer";

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});

function connect<T>(api: T) {
  installErrorTransfer();
  installErrorTransfer();
  const channel = new MessageChannel();
  channels.push(channel);
  expose(api, channel.port1);
  return wrap<T>(channel.port2);
}

describe("installErrorTransfer", () => {
  it("keeps the code and details of an AppError over a port", async () => {
    const remote = connect({
      load(): void {
        throw new AppError("model/too-large", "needs 9 GB", { needBytes: 9e9 });
      },
    });
    await expect(remote.load()).rejects.toMatchObject({
      name: "AppError",
      code: "model/too-large",
      message: "needs 9 GB",
      details: { needBytes: 9e9 },
    });
  });

  it("turns any other throw into code internal", async () => {
    const remote = connect({
      load(): void {
        throw new TypeError("x is not a function");
      },
    });
    const error = await remote.load().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "internal", message: "x is not a function" });
  });
});
