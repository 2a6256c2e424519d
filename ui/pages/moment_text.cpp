#include "ui/pages/moment_text.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace lorashear::ui {

MomentText::MomentText(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_when(makeMuted({}, this)), m_text(new QPlainTextEdit(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 0);
    column->setSpacing(6);
    m_when->setObjectName(QStringLiteral("momentWhen"));
    column->addWidget(m_when);
    m_text->setObjectName(QStringLiteral("momentText"));
    m_text->setAccessibleName(tr("What the model wrote"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    column->addWidget(m_text, 1);
    for (auto signal : {&Session::runChanged, &Session::momentChanged})
        connect(&m_session, signal, this, [this] {
            if (isVisible()) refresh();
        });
}

void MomentText::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void MomentText::refresh() {
    const RunMoment moment = m_session.moment();
    if (!moment.text) {
        m_when->setText(
            tr("The run's models go on with the recipe's prompt: the original first, then the one at each checkpoint."));
        return m_text->clear();
    }
    const event::Sample& sample = moment.text->sample;
    m_when->setText(tr("%1, written at step %2").arg(modelWord(sample.model), formatInteger(qint64(moment.text->x))));
    const QString text = QString::fromStdString(sample.text);
    if (m_text->toPlainText() != text) m_text->setPlainText(text);
}

}  // namespace lorashear::ui
