#include "ui/pages/run_timeline.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/schedule_parts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kWordsWidth = 34;  ///< characters, so that the slider stays where it is

int wholeStep(double step) {
    return int(std::lround(step));
}

}  // namespace

RunTimeline::RunTimeline(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_view(new TimelineView(this)),
      m_scrubber(new QSlider(Qt::Horizontal, this)),
      m_words(makeMuted({}, this)) {
    setObjectName(QStringLiteral("runTime"));
    m_view->setObjectName(QStringLiteral("runTimeline"));
    m_view->setAccessibleName(tr("Schedule and events of the run"));
    m_view->setCompact(true);
    m_scrubber->setObjectName(QStringLiteral("runScrubber"));
    m_scrubber->setAccessibleName(tr("Step that is looked at"));
    m_scrubber->setToolTip(
        tr("Looks at an earlier step: groups, half-space and text as they were then\n"
           "Step by step: arrow keys; from event to event: page up, page down\n"
           "At the right end it goes along with the run"));
    m_scrubber->installEventFilter(this);
    m_words->setObjectName(QStringLiteral("runMoment"));
    m_words->setWordWrap(false);
    m_words->setMinimumWidth(fontMetrics().averageCharWidth() * kWordsWidth);
    m_newest = makeButton(QStringLiteral("runNewest"), tr("Newest"), tr("Goes along with the run again (End)"), this);
    m_newest->setProperty("compact", true);
    QSizePolicy policy = m_newest->sizePolicy();
    policy.setRetainSizeWhenHidden(true);  // the slider does not jump when it comes and goes
    m_newest->setSizePolicy(policy);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    auto* time = new QVBoxLayout;
    time->setSpacing(0);
    time->addWidget(m_view);
    time->addWidget(m_scrubber);
    row->addLayout(time, 1);
    auto* beside = new QVBoxLayout;
    beside->setSpacing(4);
    beside->addWidget(m_words);
    beside->addWidget(m_newest, 0, Qt::AlignLeft);
    row->addLayout(beside);
    editByTimeline(*m_view, m_session);
    connect(m_scrubber, &QSlider::valueChanged, this, &RunTimeline::moveTo);
    connect(m_newest, &QPushButton::clicked, this, [this] {
        m_scrubber->setFocus(Qt::OtherFocusReason);  // before the button goes
        m_session.lookAt({});
    });
    for (auto signal : {&Session::runChanged, &Session::recipeChanged})
        connect(&m_session, signal, this, [this] {
            if (isVisible()) refresh();
        });
    connect(&m_session, &Session::momentChanged, this, [this] {
        if (isVisible()) showMoment();
    });
}

void RunTimeline::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    alignBand();
    refresh();
}

void RunTimeline::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) alignBand();
}

/// The handle's middle stands below its step.
void RunTimeline::alignBand() {
    QStyleOptionSlider option;
    option.initFrom(m_scrubber);
    option.orientation = Qt::Horizontal;
    m_view->setSideRoom(m_scrubber->style()->pixelMetric(QStyle::PM_SliderLength, &option, m_scrubber) / 2);
}

void RunTimeline::refresh() {
    const RunState& run = m_session.run();
    m_view->setParts(run.started ? partsOf(run.schedule) : partsOf(m_session));
    m_view->setMarks(timelineMarks(run));
    m_view->setTotal(run.lastStep());
    const QSignalBlocker quiet(m_scrubber);
    m_scrubber->setRange(0, std::max(1, wholeStep(m_view->total())));
    m_scrubber->setEnabled(!run.steps.empty());
    showMoment();
}

void RunTimeline::showMoment() {
    const RunState& run = m_session.run();
    const RunMoment moment = m_session.moment();
    const bool back = m_session.lookedAt().has_value();
    const QSignalBlocker quiet(m_scrubber);
    m_scrubber->setValue(wholeStep(moment.x));
    m_view->setPosition(run.steps.empty() ? std::nullopt : std::optional(moment.x));
    m_newest->setVisible(back);
    QStringList words;
    if (!run.steps.empty()) {
        words << tr("step %1 of %2").arg(formatInteger(qint64(moment.x)), formatInteger(qint64(run.lastStep())));
        if (!moment.phase.empty()) words << phaseWord(moment.phase);
        words << tr("%1 at zero").arg(formatInteger(moment.zeroGroups()));
    }
    m_words->setText(words.join(QStringLiteral(" · ")));
    m_words->setToolTip(m_words->text());
    m_scrubber->setAccessibleDescription(m_words->text());
}

void RunTimeline::lookAt(double step) {
    m_session.lookAt(std::clamp(double(wholeStep(step)), 0.0, m_session.run().lastStep()));
}

/// What has not come yet cannot be looked at: the slider goes back to the newest step.
void RunTimeline::moveTo(int step) {
    m_session.lookAt(step);
    showMoment();
}

void RunTimeline::jump(int way) {
    const double now = m_session.moment().x;
    std::optional<double> to;
    for (const TimelineMark& mark : m_view->marks()) {
        if (way > 0 ? mark.step <= now : mark.step >= now) continue;
        if (!to || (way > 0 ? mark.step < *to : mark.step > *to)) to = mark.step;
    }
    lookAt(to.value_or(way > 0 ? m_session.run().lastStep() : 0));
}

bool RunTimeline::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_scrubber && event->type() == QEvent::KeyPress) {
        const int key = static_cast<const QKeyEvent*>(event)->key();
        if (key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
            jump(key == Qt::Key_PageDown ? 1 : -1);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace lorashear::ui
