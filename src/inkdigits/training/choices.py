"""What a recipe may choose: every key, its type and its bounds.

Knows nothing about files, nor how a choice is carried out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from inkdigits.arrays import CLASSES
from inkdigits.errors import MissingExtra

try:
    from pydantic import BaseModel, ConfigDict, Field, model_validator
except ImportError as error:
    raise MissingExtra("training", "train", error.name or "pydantic") from error

Precision = Literal["float32", "bfloat16"]
"""What a network computes in while it trains; its weights stay float32."""


class Choices(BaseModel):
    """A table of a recipe: no key but the known ones, no value of another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


_Rate = Annotated[float, Field(ge=0, lt=1)]
_Width = Annotated[int, Field(ge=CLASSES + 2, le=1024)]  # fewer could be taken for answers


class ArticleNetwork(Choices):
    """The article's network.

    Attributes:
        precision: See `Precision`.
        members: See `StridedNetwork`.
        refuses: See `StridedNetwork`.
        normalized: Train with batch normalization after each layer but the last; it is folded into the
            weights at release, so that the network that comes out is the article's all the same.
        dropout: Part of the units that each of the three dropout layers leaves out.
    """

    name: Literal["article"]
    precision: Precision = "float32"
    members: int = Field(default=1, ge=1, le=100)
    refuses: bool = False
    normalized: bool = False
    dropout: tuple[_Rate, _Rate, _Rate] = Field(default=(0.25, 0.25, 0.5), strict=False)


class StridedNetwork(Choices):
    """Four convolutions that halve the image at once, and a linear layer; normalized, folded at release.

    Attributes:
        precision: See `Precision`.
        members: Networks of this kind that learn side by side, with first weights and moved images of their
            own; what is released answers with the mean of their logits.
        refuses: Has an eleventh answer, no digit; it learns it from a supplement of things that are none.
        crop: Height and width of the image's middle that is looked at, in pixels.
        widths: Channels of the four convolutions.
    """

    name: Literal["strided"]
    precision: Precision = "float32"
    members: int = Field(default=1, ge=1, le=100)
    refuses: bool = False
    crop: Literal[20, 24, 28] = 24
    widths: tuple[_Width, _Width, _Width, _Width] = Field(default=(32, 64, 128, 128), strict=False)


class AllConvolutionalNetwork(Choices):
    """Seven convolutions, of which two halve the image in pooling's stead, and a linear layer; normalized.

    Two of 3x3 and one of 5x5 with stride 2, twice; then one of 4x4 that takes in all that is left.
    Normalization is folded at release.

    Attributes:
        precision: See `Precision`.
        members: See `StridedNetwork`.
        refuses: See `StridedNetwork`.
        widths: Channels of the seven convolutions.
        dropout: Part of the units before the linear layer that is left out.

    Source: C. Deotte, "25 Million Images! [0.99757] MNIST", Kaggle (2018), after Springenberg et al.,
    "Striving for Simplicity: The All Convolutional Net" (2015).
    """

    name: Literal["all-convolutional"]
    precision: Precision = "float32"
    members: int = Field(default=1, ge=1, le=100)
    refuses: bool = False
    widths: tuple[_Width, _Width, _Width, _Width, _Width, _Width, _Width] = Field(
        default=(32, 32, 32, 64, 64, 64, 128), strict=False
    )
    dropout: _Rate = 0.3


class RMSprop(Choices):
    """Divides each step by a running root mean square of the gradient.

    Source: Hinton, "Neural Networks for Machine Learning", lecture 6e; defaults as in the Keras of 2017.
    """

    name: Literal["rmsprop"]
    learning_rate: float = Field(gt=0, le=1)
    rho: float = Field(default=0.9, ge=0, lt=1)
    epsilon: float = Field(default=1e-8, gt=0)


class Muon(Choices):
    """Steps of equal size in all directions for the kernels of inner layers, AdamW for the rest.

    Attributes:
        learning_rate: For the kernels that Muon moves.
        rest_learning_rate: For all other weights, which AdamW moves.
        momentum: Of Muon, in Nesterov's form.

    Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024).
    """

    name: Literal["muon"]
    learning_rate: float = Field(gt=0, le=1)
    rest_learning_rate: float = Field(gt=0, le=1)
    momentum: float = Field(default=0.9, ge=0, lt=1)


class Plateau(Choices):
    """Multiplies the rate by `factor` after `patience` epochs without a better validation accuracy."""

    name: Literal["plateau"]
    patience: int = Field(ge=1)
    factor: float = Field(gt=0, lt=1)
    floor: float = Field(default=0.0, ge=0)


class Triangle(Choices):
    """Raises the rate from nothing over the first part of the training, then lowers it to nothing.

    Attributes:
        warm: Part of the training over which it rises.
    """

    name: Literal["triangle"]
    warm: float = Field(gt=0, lt=1)


class Augmentation(Choices):
    """How far a training image is moved at random, each time it is seen; uniform within the bounds.

    Attributes:
        rotation: Degrees to either side.
        zoom: Part by which height and width grow or shrink, each on its own.
        shift: Part of the image's side by which it moves, down and across.
        shear: Degrees by which uprights slant to either side.
        stroke: Part of a pixel by which a stroke's edges move outward or inward.
        until: Part of the training after which images stay as they are.
    """

    rotation: float = Field(default=0.0, ge=0, le=180)
    zoom: float = Field(default=0.0, ge=0, lt=1)
    shift: float = Field(default=0.0, ge=0, lt=1)
    shear: float = Field(default=0.0, ge=0, le=60)
    stroke: float = Field(default=0.0, ge=0, le=1)
    until: float = Field(default=1.0, gt=0, le=1)


class Supplement(Choices):
    """Images that are learned beside those of the set, drawn anew for each run by its seed.

    Attributes:
        renderings: How often each pen trace of UCI's pen-based digits (training split, 30 writers) is drawn,
            each time by another pen.
        no_digits: How many things that are no digit are drawn: letters, marks, scribbles, digits that run
            into each other or lie on their side, textures.
        machines: How many digits are drawn as machines write them: printed, or on displays of seven bars.
    """

    renderings: int = Field(default=0, ge=0, le=100)
    no_digits: int = Field(default=0, ge=0, le=1_000_000)
    machines: int = Field(default=0, ge=0, le=1_000_000)


class Focus(Choices):
    """Late in the training, images that the network knows are mostly passed over, for those it does not.

    Attributes:
        after: Part of the training, in whole epochs, from which on.
        known_below: Loss in nats below which an image counts as known, as it was when last seen.
        keep: Part of the known images that are seen all the same, chosen anew in each pass.

    Source: the idea of Jiang et al., "Accelerating Deep Learning by Focusing on the Biggest Losers" (2019).
    """

    after: float = Field(ge=0, lt=1)
    known_below: float = Field(gt=0)
    keep: float = Field(gt=0, le=1)


class Averaging(Choices):
    """The network that is scored and released is a running average of its weights.

    Attributes:
        decay: Weight of the average against the newest step, once enough steps are behind.
    """

    decay: float = Field(gt=0, lt=1)


class Teacher(Choices):
    """The network learns from another one's answers to the same moved images, and from the labels.

    Which teacher is the order's to say; it must have been fitted on the same images and held out the same.

    Attributes:
        weight: Of the teacher's answers in the loss; the labels have the rest.

    Source: Hinton et al., "Distilling the knowledge in a neural network" (2015); the same moves for both:
    Beyer et al., "Knowledge distillation: a good teacher is patient and consistent" (2022).
    """

    weight: float = Field(gt=0, le=1)


Network = Annotated[ArticleNetwork | StridedNetwork | AllConvolutionalNetwork, Field(discriminator="name")]
Optimizer = Annotated[RMSprop | Muon, Field(discriminator="name")]
Schedule = Annotated[Plateau | Triangle, Field(discriminator="name")]


class Recipe(Choices):
    """Every choice of a training run but the data, the seed and where it goes.

    Attributes:
        name: How it is called.
        about: One line on what it is for and where it comes from.
        epochs: Passes over the fitted images.
        batch: Images a step.
        validation: Part of the data that is held out, stratified, by seed.
        label_smoothing: Part of each label that is spread over all digits.
        network: The network.
        optimizer: What turns gradients into steps.
        schedule: How the learning rate changes.
        augmentation: How images are moved.
        supplement: What is learned beside the set.
        focus: Whether and how known images are passed over.
        averaging: Whether and how weights are averaged.
        teacher: Whether and how it learns from another network.
        int8: Whether the released model's convolutions calculate in int8, where that costs less than 0.02
            points of accuracy.
    """

    name: str = Field(min_length=1)
    about: str = ""
    epochs: int = Field(ge=1, le=10_000)
    batch: int = Field(ge=1, le=65_536)
    validation: float = Field(gt=0, le=0.5)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    network: Network
    optimizer: Optimizer
    schedule: Schedule
    augmentation: Augmentation = Augmentation()
    supplement: Supplement = Supplement()
    focus: Focus | None = None
    averaging: Averaging | None = None
    teacher: Teacher | None = None
    int8: bool = False

    @property
    def least_batch(self) -> int:
        """Images a step needs; normalized by twos, an odd number of images would leave one alone."""
        return 3 if self.network.name != "article" or self.network.normalized else 1

    @model_validator(mode="after")
    def _fits_together(self) -> Recipe:
        if self.network.refuses != (self.supplement.no_digits > 0):
            raise ValueError(
                "network.refuses and supplement.no_digits go together: what is no digit has to be shown"
            )
        if self.batch < self.least_batch:
            raise ValueError(f"a normalized network needs a batch of {self.least_batch} or more")
        if self.teacher is not None and self.network.members > 1:
            raise ValueError("one network learns from a teacher, not several members: each sees other images")
        return self
