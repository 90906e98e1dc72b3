import { dense, flatten, heNormal, l2, type Layer, relu, residual, sequential } from "gradloom";

/**
 * [28, 28, 1] -> [10] logits. Hidden layers have He's initialisation, ReLU and an L2 penalty; each after the first has a way around it, which
 * is another dense layer where their sizes differ.
 */
export function network({ hidden, l2: factor }: { readonly hidden: readonly number[]; readonly l2: number }): Layer {
  const kernel = { kernelInitializer: heNormal, kernelRegularizer: l2({ factor }) };
  const layers = hidden.map((units, at) => {
    const body = dense({ units, activation: relu, ...kernel });
    if (at === 0) return body;
    return units === hidden[at - 1]
      ? residual(body)
      : residual(body, { shortcut: dense({ units, bias: false, ...kernel }) });
  });
  return sequential(flatten, ...layers, dense({ units: 10, ...kernel }));
}
