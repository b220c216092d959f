package console

import "time"

// GiveUpAfter sets how long a page that has all its answers is waited for, before c is used. A test of what never comes
// need not wait for long, and the console may still take its time for an answer on a busy machine.
func (c *Console) GiveUpAfter(quiet time.Duration) { c.cfg.quiet = quiet }

// AnswerWithin sets how long an answer of the console may take from now on, for a test in which none comes.
func (c *Console) AnswerWithin(timeout time.Duration) {
	c.cfg.Timeout = timeout
	for _, s := range []*tabLease{c.working, c.reading} {
		s.lock <- struct{}{}
		if s.tab != nil {
			s.tab.timeout = timeout
		}
		<-s.lock
	}
}

// OpenTabsWithin sets how long a new tab may take from now on, for a test in which none can be opened.
func (c *Console) OpenTabsWithin(most time.Duration) {
	c.browser.mu.Lock()
	defer c.browser.mu.Unlock()
	c.browser.tabTime = most
}
