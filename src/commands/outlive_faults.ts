/** A fault that nothing waits for costs what it belongs to, and not the runs of everybody. */
export function outliveFaults(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("A fault that nothing waited for:", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    console.error("A fault that nothing caught:", event.error);
  });
}
