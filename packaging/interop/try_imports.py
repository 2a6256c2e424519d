"""Imports what the interoperability tests use and says the versions: a set that cannot do this is not set up."""
import gguf  # noqa: F401
import peft
import safetensors.torch  # noqa: F401
import tokenizers
import torch
import transformers
import xllamacpp  # noqa: F401
from transformers import LlamaConfig, LlamaForCausalLM

model = LlamaForCausalLM(LlamaConfig(vocab_size=11, hidden_size=8, intermediate_size=12, num_hidden_layers=1,
                                     num_attention_heads=2, num_key_value_heads=1))
assert model(torch.tensor([[1, 2, 3]])).logits.shape == (1, 3, 11)
assert not torch.cuda.is_available()
print(f"torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}, "
      f"tokenizers {tokenizers.__version__}")
