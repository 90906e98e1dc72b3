"""PyTorch, where `import torch` works (Debian: python3-torch, with libopenblas0-pthread). Speaks as src/serve.ts does."""

import array
import json
import os
import resource
import sys
import time

torch = None


def open_library(options):
    """Loads PyTorch with a number of threads."""
    global torch
    threads = str(options["threads"])
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = threads
    import torch as loaded

    torch = loaded
    torch.set_num_threads(options["threads"])


def read_arrays(stored):
    with open(stored["file"], "rb") as file:
        return bytearray(file.read()), stored["arrays"]


def tensors_of(read):
    data, places = read
    tensors = {}
    for place in places:
        size = 1
        for length in place["shape"]:
            size *= length
        dtype = torch.int32 if place["dtype"] == "int32" else torch.float32
        tensor = torch.frombuffer(data, dtype=dtype, count=size, offset=place["offset"])
        tensors[place["name"]] = tensor.clone().reshape(place["shape"])
    return tensors


def parameters_of(tensors):
    names = [name for name in tensors if name.startswith(("kernel", "bias"))]
    return [tensors[name].clone().requires_grad_() for name in names]


def network(parameters, x, activation):
    for at in range(0, len(parameters), 2):
        x = torch.addmm(parameters[at + 1], x, parameters[at])
        if at + 2 < len(parameters):
            x = activation(x)
    return x


def step_with(optimizer, loss_of):
    optimizer.zero_grad()
    loss = loss_of()
    loss.backward()
    optimizer.step()
    return loss


def mlp(_, tensors):
    x, labels = tensors["x"], tensors["labels"].long()
    parameters = parameters_of(tensors)
    optimizer = torch.optim.Adam(parameters, lr=1e-3)

    def loss_of():
        return torch.nn.functional.cross_entropy(network(parameters, x, torch.relu), labels)

    def run():
        return step_with(optimizer, loss_of)

    return run, lambda: {"losses": [run().item() for _ in range(5)]}


def predict(_, tensors):
    parameters = parameters_of(tensors)
    sample = array.array("f", tensors["x"].tolist())

    def run():
        with torch.no_grad():
            x = torch.frombuffer(sample, dtype=torch.float32).reshape(1, 784)
            return array.array("f", network(parameters, x, torch.relu).reshape(-1).tolist())

    return run, lambda: {"logits": run()}


def xor(_, tensors):
    x, y = tensors["x"], tensors["y"]
    first = parameters_of(tensors)
    parameters = parameters_of(tensors)

    def loss_of():
        return torch.mean(torch.square(torch.sigmoid(network(parameters, x, torch.tanh)) - y))

    def run():
        with torch.no_grad():
            for parameter, value in zip(parameters, first):
                parameter.copy_(value)
        optimizer = torch.optim.Adam(parameters, lr=0.05)
        for _ in range(999):
            step_with(optimizer, loss_of)
        return step_with(optimizer, loss_of)

    return run, lambda: {"loss": [run().item()]}


def adds(_, tensors):
    x = tensors["x"].requires_grad_()

    def run():
        x.grad = None
        y = x
        for _ in range(1000):
            y = y + x
        y.sum().backward()
        return y

    return run, lambda: {"y": run(), "dx": x.grad}


def matmul(parameters, tensors):
    a = tensors["a"].t() if parameters["transposeA"] else tensors["a"]
    b = tensors["b"].t() if parameters["transposeB"] else tensors["b"]

    def run():
        return torch.matmul(a, b.clone() if parameters["newB"] else b)

    return run, lambda: {"c": run()}


def chain(_, tensors):
    x, w, b = tensors["x"], tensors["w"], tensors["b"]

    def run():
        return torch.exp(torch.relu(x * w + b)).sum()

    return run, lambda: {"y": run()}


def softmax(parameters, tensors):
    x, dy = tensors["x"], tensors["dy"]
    if not parameters["backward"]:
        return lambda: torch.softmax(x, 1), lambda: {"y": torch.softmax(x, 1)}
    x.requires_grad_()

    def run():
        x.grad = None
        y = torch.softmax(x, 1)
        y.backward(dy)
        return y

    return run, lambda: {"y": run(), "dx": x.grad}


def layer_norm(parameters, tensors):
    x, dy, scale, shift = (tensors[name] for name in ["x", "dy", "scale", "shift"])
    forward = lambda: torch.nn.functional.layer_norm(x, x.shape[1:], scale, shift, 1e-5)
    if not parameters["backward"]:
        return forward, lambda: {"y": forward()}
    given = {"dx": x, "dscale": scale, "dshift": shift}
    for one in given.values():
        one.requires_grad_()

    def run():
        for one in given.values():
            one.grad = None
        y = forward()
        y.backward(dy)
        return y

    return run, lambda: {"y": run(), **{name: one.grad for name, one in given.items()}}


def sum_of(_, tensors):
    x = tensors["x"]
    return lambda: torch.sum(x), lambda: {"y": torch.sum(x)}


makers = {
    "mlp": mlp,
    "predict": predict,
    "xor": xor,
    "adds": adds,
    "matmul": matmul,
    "chain": chain,
    "softmax": softmax,
    "layer-norm": layer_norm,
    "sum": sum_of,
}


def flat(value):
    """Any result as a float32 array."""
    values = value.detach().reshape(-1).tolist() if hasattr(value, "detach") else value
    return array.array("f", values)


def store_outputs(name, outputs):
    arrays, offset = [], 0
    with open(name, "wb") as file:
        for key, value in outputs.items():
            data = flat(value)
            file.write(data.tobytes())
            arrays.append({"name": key, "dtype": "float32", "shape": [len(data)], "offset": offset})
            offset += 4 * len(data)
    return {"file": name, "arrays": arrays}


def processor_milliseconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1e3 * (usage.ru_utime + usage.ru_stime)


def timed(runs, work):
    processor = processor_milliseconds()
    start = time.perf_counter()
    for _ in range(runs):
        work()
    wall = 1e3 * (time.perf_counter() - start)
    return {"runs": runs, "wall": wall, "processor": processor_milliseconds() - processor}


def first_run(request):
    case = request["case"]
    read = read_arrays(case["inputs"])

    def work():
        open_library(request["options"])
        makers[case["workload"]](case["parameters"], tensors_of(read))[0]()

    if case["workload"] not in makers:
        return {"is": "missing"}
    return {"is": "timed", "timing": timed(1, work)}


class Server:
    run = None
    run_milliseconds = 0.0

    def prepare(self, request):
        case = request["case"]
        maker = makers.get(case["workload"])
        if maker is None:
            return {"is": "missing"}
        self.run, outputs = maker(case["parameters"], tensors_of(read_arrays(case["inputs"])))
        return {"is": "prepared", "outputs": store_outputs(request["outputFile"], outputs()), "per": 1}

    def warm(self, milliseconds):
        start, runs = time.perf_counter(), 0
        while True:
            last = timed(1, self.run)
            runs += 1
            if 1e3 * (time.perf_counter() - start) >= milliseconds * (3 if runs < 3 else 1):
                break
        self.run_milliseconds = last["wall"]
        return {**last, "runs": runs}

    def measure(self, milliseconds):
        timing = timed(max(1, round(milliseconds / max(self.run_milliseconds, 1e-4))), self.run)
        self.run_milliseconds = timing["wall"] / timing["runs"]
        return timing

    def answer(self, request):
        what = request["do"]
        if what == "open":
            open_library(request["options"])
            return {"is": "opened", "version": torch.__version__, "threads": torch.get_num_threads()}
        if what == "prepare":
            return self.prepare(request)
        if what == "first":
            return first_run(request)
        measure = self.warm if what == "warm" else self.measure
        return {"is": "timed", "timing": measure(request["milliseconds"])}


server = Server()
for line in sys.stdin:
    try:
        reply = server.answer(json.loads(line))
    except Exception as error:  # whatever goes wrong is an answer
        reply = {"is": "failed", "message": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply, separators=(",", ":")), flush=True)
