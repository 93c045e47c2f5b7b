from .coding.match import (
    match as match,
)
from .coding.saturation import (
    meaning_saturation as meaning_saturation,
)
from .coding.saturation import (
    saturation as saturation,
)
from .coding.second_coder import (
    second_coder_plan as second_coder_plan,
)
from .coding.tokens import (
    index_texts as index_texts,
)
from .errors import (
    BundleError as BundleError,
)
from .errors import (
    CodebookError as CodebookError,
)
from .errors import (
    CorpusError as CorpusError,
)
from .errors import (
    DataError as DataError,
)
from .errors import (
    ParameterError as ParameterError,
)
from .errors import (
    PlanError as PlanError,
)
from .errors import (
    PrivacyError as PrivacyError,
)
from .errors import (
    RecordError as RecordError,
)
from .errors import (
    RunError as RunError,
)
from .errors import (
    StudyError as StudyError,
)
from .errors import (
    WorkbenchError as WorkbenchError,
)

__version__: str
