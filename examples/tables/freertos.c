/* freertos.c - a task and an interrupt of FreeRTOS; the comments say what freertos.ddi finds.
 *
 *     spinrule-gcc arm-none-eabi-gcc -fplugin-arg-spinrule-ddi=freertos.ddi -c freertos.c
 *
 * SPDX-License-Identifier: MIT
 */

extern void vPortEnterCritical(void);
extern void vPortExitCritical(void);
extern unsigned long ulPortRaiseBASEPRI(void);
extern void vPortSetBASEPRI(unsigned long mask);

#define taskENTER_CRITICAL() vPortEnterCritical()
#define taskEXIT_CRITICAL() vPortExitCritical()
#define taskENTER_CRITICAL_FROM_ISR() ulPortRaiseBASEPRI()
#define taskEXIT_CRITICAL_FROM_ISR(mask) vPortSetBASEPRI(mask)

static int samples[16], count;

static void push(int sample)
{
	taskENTER_CRITICAL();
	samples[count++ & 15] = sample;
	taskEXIT_CRITICAL();
}

/* They nest.  */
void add_two(int sample)
{
	taskENTER_CRITICAL();
	push(sample);
	push(sample + 1);
	taskEXIT_CRITICAL();
}

void add_if_room(int sample)
{
	taskENTER_CRITICAL();
	if (count == 16)
		return;	/* finds: held-at-return */
	push(sample);
	taskEXIT_CRITICAL();
}

void reset(void)
{
	taskENTER_CRITICAL();
	count = 0;
	taskEXIT_CRITICAL();
	push(0);
	taskEXIT_CRITICAL();	/* finds: release-unheld */
}

void on_interrupt(int sample)
{
	unsigned long mask = taskENTER_CRITICAL_FROM_ISR();

	samples[0] = sample;
	taskEXIT_CRITICAL_FROM_ISR(mask);
}

void on_interrupt_wrong(int sample)
{
	unsigned long mask = taskENTER_CRITICAL_FROM_ISR();

	if (sample < 0)
		mask = 0;
	samples[0] = sample;
	taskEXIT_CRITICAL_FROM_ISR(mask);	/* finds: wrong-irql */
}
