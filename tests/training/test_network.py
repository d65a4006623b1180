"""The article's network against the article's own table."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.backend import keras, torch
from inkdigits.training.choices import (
    AllConvolutionalNetwork,
    ArticleNetwork,
    Network,
    Precision,
    StridedNetwork,
)
from inkdigits.training.network import (
    build_network,
    build_release,
    describe_layers,
    get_weights,
    release,
    set_weights,
)

ARTICLE = ArticleNetwork(name="article")
NORMALIZED: list[Network] = [
    ArticleNetwork(name="article", normalized=True),
    StridedNetwork(name="strided"),
    StridedNetwork(name="strided", members=3),
    AllConvolutionalNetwork(name="all-convolutional"),
    AllConvolutionalNetwork(name="all-convolutional", members=2),
]

ARTICLE_TABLE = [
    ("conv2d_1", "Conv2D", "(None, 28, 28, 32)", 832),
    ("conv2d_2", "Conv2D", "(None, 28, 28, 32)", 25_632),
    ("max_pooling2d_1", "MaxPooling2D", "(None, 14, 14, 32)", 0),
    ("dropout_1", "Dropout", "(None, 14, 14, 32)", 0),
    ("conv2d_3", "Conv2D", "(None, 14, 14, 64)", 18_496),
    ("conv2d_4", "Conv2D", "(None, 14, 14, 64)", 36_928),
    ("max_pooling2d_2", "MaxPooling2D", "(None, 7, 7, 64)", 0),
    ("dropout_2", "Dropout", "(None, 7, 7, 64)", 0),
    ("flatten_1", "Flatten", "(None, 3136)", 0),
    ("dense_1", "Dense", "(None, 256)", 803_072),
    ("dropout_3", "Dropout", "(None, 256)", 0),
    ("dense_2", "Dense", "(None, 10)", 2_570),
]


def test_it_is_the_articles_layer_by_layer() -> None:
    layers = describe_layers(build_network(ARTICLE, seed=0))
    assert [(layer.name, layer.kind, layer.shape, layer.parameters) for layer in layers] == ARTICLE_TABLE


def test_it_has_887530_parameters_all_trainable() -> None:
    network = build_network(ARTICLE, seed=0)
    trainable = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    assert trainable == network.count_params() == 887_530


def test_kernels_are_5x5_then_3x3_with_same_padding() -> None:
    network = build_network(ARTICLE, seed=0)
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.kernel_size[0] for layer in convolutions] == [5, 5, 3, 3]
    assert {layer.padding for layer in convolutions} == {"same"}


def test_the_seed_decides_the_first_weights() -> None:
    first, again, other = (get_weights(build_network(ARTICLE, seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_weights_move_from_one_network_to_another() -> None:
    giver, taker = build_network(ARTICLE, seed=1), build_network(ARTICLE, seed=2)
    set_weights(taker, get_weights(giver))
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    assert np.array_equal(giver(images).detach().cpu().numpy(), taker(images).detach().cpu().numpy())


def test_trained_with_normalization_it_is_released_as_the_articles() -> None:
    layers = describe_layers(build_release(NORMALIZED[0]))
    assert [(layer.name, layer.kind, layer.shape, layer.parameters) for layer in layers] == ARTICLE_TABLE


@pytest.mark.parametrize("choice", NORMALIZED, ids=lambda choice: f"{choice.name}-{choice.members}")
def test_the_release_answers_as_the_trained_network(choice: Network) -> None:
    network = build_network(choice, seed=0)
    images = torch.rand((64, 28, 28, 1), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        shown = images.expand(-1, -1, -1, choice.members)
        for _ in range(30):  # brings the running statistics away from where they began
            network(shown, training=True)
        expected = network(shown, training=False).reshape(64, -1, 10).mean(1)
        released = release(network, choice)(images, training=False)
    assert released.numpy() == pytest.approx(expected.numpy(), abs=1e-4)


def test_members_are_networks_of_their_own() -> None:
    network = build_network(StridedNetwork(name="strided", members=2), seed=0)
    images = torch.rand((5, 28, 28, 1), generator=torch.Generator().manual_seed(0)).repeat(1, 1, 1, 2)
    first, second = network(images, training=False).unbind(1)
    assert not torch.allclose(first, second)
    images[..., 1] = images[..., 1].flip(2)
    same, other = network(images, training=False).unbind(1)
    assert torch.allclose(first, same)
    assert not torch.allclose(second, other)
    single = build_release(StridedNetwork(name="strided")).count_params()
    assert build_release(StridedNetwork(name="strided", members=2)).count_params() == 2 * single


def test_an_all_convolutional_network_leaves_one_pixel_by_its_kernels_and_strides() -> None:
    released = build_release(AllConvolutionalNetwork(name="all-convolutional"))
    convolutions = [layer for layer in describe_layers(released) if layer.kind == "Conv2D"]
    assert [layer.shape for layer in convolutions] == [
        f"(None, {size}, {size}, {width})"
        for size, width in zip((26, 24, 12, 10, 8, 4, 1), (32, 32, 32, 64, 64, 64, 128), strict=True)
    ]
    assert released.count_params() == 325_578


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_weights_stay_float32_in_either_precision(precision: Precision) -> None:
    network = build_network(ArticleNetwork(name="article", precision=precision, normalized=True), seed=0)
    assert {weight.value.dtype for weight in network.weights} == {torch.float32}
