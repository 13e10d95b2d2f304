from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
try:
    for code in ("1 + 1", "import sys; sorted(name for name in sys.modules if 'opentelemetry' in name)", "import asyncio; await asyncio.sleep(0, 'awaited')"):
        outputs = []
        client.execute_interactive(code, timeout=30, output_hook=lambda message: outputs.append(message["content"].get("data", {}).get("text/plain")))
        print([output for output in outputs if output])
finally:
    client.stop_channels()
    manager.shutdown_kernel()
